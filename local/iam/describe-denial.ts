import { nameOf } from './access.ts';
import type { Denial } from './authorizer.ts';

/**
 * Returns AWS's message for a denied request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function describeDenial(denial: Denial): string {
  const { principal, action, resource, deniedBy } = denial;
  // S3 alone puts the ARN in quotation marks. https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
  const named = action.startsWith('s3:') ? `"${resource}"` : resource;
  const missing = principal.kind === 'service' ? 'resource-based' : 'identity-based';
  const reason =
    deniedBy === undefined
      ? `because no ${missing} policy allows the ${action} action`
      : `with an explicit deny in ${article(deniedBy.policy)} ${deniedBy.policy} policy`;
  return `User: ${nameOf(principal)} is not authorized to perform: ${action} on resource: ${named} ${reason}`;
}

function article(word: string): string {
  return word.startsWith('i') ? 'an' : 'a';
}

/** Returns a line for the log: the message, and the statement that would have allowed the request or that denies it. */
export function explainDenial(denial: Denial): string {
  const { principal, action, resource, context = {}, deniedBy, unmet } = denial;
  if (deniedBy !== undefined) return `${describeDenial(denial)}: ${JSON.stringify(deniedBy.statement)}`;
  if (unmet !== undefined) {
    return `${describeDenial(denial)}. This statement would allow it if its conditions were met: ${JSON.stringify(unmet)}`;
  }
  const statement = {
    Effect: 'Allow',
    ...(principal.kind === 'service' && { Principal: { Service: principal.service } }),
    Action: action,
    Resource: resource,
    ...(Object.keys(context).length > 0 && { Condition: { StringEquals: context } }),
    ...(principal.kind === 'service' &&
      principal.sourceArn !== undefined && { Condition: { ArnEquals: { 'aws:SourceArn': principal.sourceArn } } }),
  };
  return `${describeDenial(denial)}. This statement would allow it: ${JSON.stringify(statement)}`;
}
