import { BlockList, isIPv6 } from 'node:net';
import * as z from 'zod';
import { accessDenied, ViewerDeniedError } from './viewer-denied-error.ts';
import { matchesWildcard } from '../cloud/wildcard.ts';

/**
 * Schema of a custom policy.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html#private-content-custom-policy-statement-values
 */
const epochSchema = z.strictObject({ 'AWS:EpochTime': z.number().int().nonnegative() });
const policySchema = z.strictObject({
  Statement: z.tuple([
    z.strictObject({
      /** The default covers every file. */
      Resource: z.string().default('*'),
      Condition: z.strictObject({
        DateLessThan: epochSchema,
        DateGreaterThan: epochSchema.optional(),
        IpAddress: z.strictObject({ 'AWS:SourceIp': z.string() }).optional(),
      }),
    }),
  ]),
});
export type SignedPolicy = z.infer<typeof policySchema>;

/** Parses a custom policy. @throws ViewerDeniedError */
export function parseSignedPolicy(text: Buffer): SignedPolicy {
  try {
    return policySchema.parse(JSON.parse(text.toString('utf8')));
  } catch {
    throw new ViewerDeniedError('MalformedPolicy', 'Malformed Policy');
  }
}

/** Checks a policy. @throws ViewerDeniedError unless it allows this URL at this time from this address */
export function checkSignedPolicy(policy: SignedPolicy, viewer: { url: string; ip: string; now: Date }): void {
  const [{ Resource: resource, Condition: condition }] = policy.Statement;
  const seconds = viewer.now.getTime() / 1000;
  const from = condition.DateGreaterThan?.['AWS:EpochTime'] ?? -1;
  if (seconds <= from || seconds >= condition.DateLessThan['AWS:EpochTime']) throw accessDenied();
  if (!matchesWildcard(resource, viewer.url)) throw accessDenied();
  const range = condition.IpAddress?.['AWS:SourceIp'];
  if (range !== undefined && !isWithin(viewer.ip, range)) throw accessDenied();
}

/** Returns whether an address is in a range such as `192.0.2.0/24`, or equals a single address. */
function isWithin(ip: string, range: string): boolean {
  const [network = '', prefix] = range.split('/');
  const list = new BlockList();
  try {
    if (prefix === undefined) list.addAddress(network, isIPv6(network) ? 'ipv6' : 'ipv4');
    else list.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4');
    return list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
  } catch {
    throw accessDenied();
  }
}
