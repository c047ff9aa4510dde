import { fetchFromBucket, refetchRange } from './fetch-from-bucket.ts';
import { fetchFromFunction } from './fetch-from-function.ts';
import type { ByteRange } from '../http/byte-range.ts';
import type { Distribution } from './distribution.ts';
import { edgeError } from './error-page.ts';
import type { OriginRequest } from './origin-request.ts';
import type { Origins } from './origins.ts';
import type { Body, Representation } from './representation.ts';

/** An answer of an origin, and how to read parts of it again. */
export interface OriginResponse {
  readonly representation: Representation;
  /** Undefined where the answer cannot be had in parts: its body comes once and whole. */
  readonly fetchRange: ((range: ByteRange) => Promise<Body>) | undefined;
}

/** What is asked, whichever origin answers. */
export type TargetRequest = Omit<OriginRequest, 'origin' | 'distribution'>;

/** Origin groups fail over for these methods only. */
const FAILOVER_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Asks the target of a behaviour: an origin, or the members of an origin group in turn until one answers with a status
 * that is not on the group's list.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
export async function fetchFromTarget(
  origins: Origins,
  distribution: Distribution,
  targetId: string,
  question: TargetRequest,
): Promise<OriginResponse> {
  const group = distribution.config.OriginGroups.Items.find(({ Id: id }) => id === targetId);
  if (group === undefined) return fetchFromOrigin(origins, distribution, targetId, question);
  const [primary = '', secondary] = group.Members.Items.map(({ OriginId: id }) => id);
  const first = await fetchFromOrigin(origins, distribution, primary, question);
  const fails = group.FailoverCriteria.StatusCodes.Items.includes(first.representation.status);
  if (!fails || secondary === undefined || !FAILOVER_METHODS.has(question.method)) return first;
  first.representation.discard();
  return fetchFromOrigin(origins, distribution, secondary, question);
}

async function fetchFromOrigin(
  origins: Origins,
  distribution: Distribution,
  originId: string,
  question: TargetRequest,
): Promise<OriginResponse> {
  const origin = distribution.config.Origins.find(({ Id: id }) => id === originId);
  if (origin === undefined) throw new Error(`Distribution ${distribution.id} has no origin ${originId}`);
  const request: OriginRequest = { ...question, origin, distribution };
  const bucket = origins.bucket(origin.DomainName);
  if (bucket !== undefined) {
    const representation = await fetchFromBucket(bucket, request);
    const etag = representation.headers['etag'];
    const again = etag === undefined ? undefined : (range: ByteRange) => refetchRange(bucket, request, etag, range);
    return { representation, fetchRange: again };
  }
  const invoke = origins.functionUrl(origin.DomainName) ?? origins.httpApi?.(origin.DomainName);
  if (invoke === undefined) return badGateway(`There is no origin at ${origin.DomainName}.`);
  try {
    return { representation: await fetchFromFunction(invoke, request), fetchRange: undefined };
  } catch {
    return badGateway('The function behind this address did not answer.');
  }
}

function badGateway(message: string): OriginResponse {
  return {
    representation: edgeError(502, 'Bad gateway', message),
    fetchRange: undefined,
  };
}
