import type { Denial } from '../iam/authorizer.ts';
import { describeDenial } from '../iam/describe-denial.ts';
import { ApiError } from './api-error.ts';
import type { ApiService, Protocol } from './api-service.ts';

/** Codes and statuses of a denial by protocol. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const DENIALS: Readonly<Record<Protocol, readonly [code: string, status: number]>> = {
  'rest-xml': ['AccessDenied', 403],
  query: ['AccessDenied', 403],
  json: ['AccessDeniedException', 400],
  'rest-json': ['AccessDeniedException', 403],
};

/** Makes the error with which a service reports a denied request. */
export function accessDeniedError({ protocol, deniedCode }: ApiService, denial: Denial): ApiError {
  const [code, status] = DENIALS[protocol];
  return new ApiError(deniedCode ?? code, status, describeDenial(denial));
}
