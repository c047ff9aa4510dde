import { EdgeFunctionError } from './edge-function.ts';

/**
 * Headers that CloudFront hides from functions or keeps them from changing.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */

type EventType = 'viewer-request' | 'viewer-response';

const DISALLOWED = new RegExp(
  `^(?:${[
    'connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|upgrade',
    'x-accel-(?:buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(?:auth|cf-billing|cf-id|cf-xff|errortype)',
    'x-amzn-(?:fle-profile|header-count|header-order|lambda-integration-tag|requestid)',
    'x-cache|x-edge-.*|x-forwarded-proto|x-real-ip',
  ].join('|')})$`,
);

const READ_ONLY: Readonly<Record<EventType, readonly string[]>> = {
  'viewer-request': ['content-length', 'host', 'transfer-encoding', 'via'],
  'viewer-response': ['warning', 'via'],
};

export function isHidden(name: string): boolean {
  return DISALLOWED.test(name);
}

/**
 * Requires that a function has added no disallowed header and changed no read-only one.
 *
 * @param before values by lower-case name, as the function received them
 * @param after the same, as it returned them
 * @throws EdgeFunctionError with the status 502
 */
export function requireAllowedHeaders(
  eventType: EventType,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): void {
  const added = [...after.keys()].find(isHidden);
  if (added !== undefined) throw new EdgeFunctionError(`A function added the header ${added}.`, { status: 502 });
  const changed = READ_ONLY[eventType].find((name) => before.get(name) !== after.get(name));
  if (changed !== undefined) {
    throw new EdgeFunctionError(`A function changed the read-only header ${changed}.`, { status: 502 });
  }
}
