import {
  type Conditions,
  findFailedCondition,
  isRangeApplicable,
  type Validators,
} from '../../http/conditional-request.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import { s3Error } from '../store/s3-error.ts';
import { quoteEtag } from './exchange.ts';

/** Checks the conditions of a read. @throws ApiError `PreconditionFailed` or `NotModified` */
export function checkReadConditions(version: StoredVersion, conditions: Conditions): void {
  const condition = findFailedCondition(validatorsOf(version), conditions, 'lenient');
  if (condition === undefined) return;
  if (condition === 'If-Match' || condition === 'If-Unmodified-Since') {
    throw s3Error('PreconditionFailed', { Condition: condition });
  }
  throw s3Error(
    'NotModified',
    {},
    { etag: quoteEtag(version.etag), 'last-modified': version.lastModified.toUTCString() },
  );
}

/**
 * Checks the conditions on the source of a copy, each of which fails the copy.
 *
 * @throws ApiError `PreconditionFailed`
 */
export function checkCopyConditions(version: StoredVersion, conditions: Conditions): void {
  const condition = findFailedCondition(validatorsOf(version), conditions, 'lenient');
  if (condition !== undefined) {
    throw s3Error('PreconditionFailed', { Condition: `x-amz-copy-source-${condition}` });
  }
}

/** Returns whether the range of a request with this `If-Range` header applies. */
export function mayServeRange(version: StoredVersion, ifRange: string | undefined): boolean {
  return isRangeApplicable(validatorsOf(version), ifRange);
}

function validatorsOf({ etag, lastModified }: StoredVersion): Validators {
  return { etag: quoteEtag(etag), lastModified };
}
