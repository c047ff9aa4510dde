import { ACCOUNT_ID, REGION } from '../cloud/account.ts';
import { type Access, nameOf, type Principal } from './access.ts';

/**
 * Values of condition keys that are the same for every request of the kind. Requests to the laptop are plain HTTP; on AWS
 * the SDKs, the services and the edge use TLS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
 */
const EVERY_REQUEST = { 'aws:SecureTransport': 'true', 'aws:RequestedRegion': REGION };
const S3_REQUEST = { 's3:TlsVersion': '1.3' };

/** Returns all values of condition keys with which AWS would evaluate a request. */
export function collectContext(principal: Principal, { action, context }: Access): Readonly<Record<string, string>> {
  return {
    ...EVERY_REQUEST,
    ...(action.startsWith('s3:') && S3_REQUEST),
    ...describePrincipal(principal),
    ...context,
  };
}

function describePrincipal(principal: Principal): Readonly<Record<string, string>> {
  if (principal.kind === 'service') {
    const { sourceArn } = principal;
    return {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': principal.service,
      ...(sourceArn !== undefined && { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': ACCOUNT_ID }),
    };
  }
  return {
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalAccount': ACCOUNT_ID,
    'aws:PrincipalArn': principal.kind === 'role' ? principal.roleArn : nameOf(principal),
  };
}
