import { fetchFromBucket, refetchRange } from './fetch-from-bucket.ts';
import { fetchFromFunction } from './fetch-from-function.ts';
import type { ByteRange } from '../http/byte-range.ts';
import type { Distribution } from './distribution.ts';
import { makeEdgeError } from './error-page.ts';
import type { OriginRequest } from './origin-request.ts';
import type { Origins } from './origins.ts';
import type { Body, Representation } from './representation.ts';

/** Response of an origin. */
export interface OriginResponse {
  readonly representation: Representation;
  /** Fetches a range of the body again; undefined if the origin sends its body only once and as a whole. */
  readonly fetchRange: ((range: ByteRange) => Promise<Body>) | undefined;
}

/** Request to a target, before its origin is known. */
type TargetRequest = Omit<OriginRequest, 'origin' | 'distribution'>;

/** Origin groups fail over for these methods only. */
const FAILOVER_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Fetches from the target of a behavior: an origin, or an origin group, whose secondary member is used if the primary
 * responds with one of the group's failover statuses.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
export async function fetchFromTarget(
  origins: Origins,
  distribution: Distribution,
  targetId: string,
  request: TargetRequest,
): Promise<OriginResponse> {
  const group = distribution.config.OriginGroups.Items.find(({ Id: id }) => id === targetId);
  if (group === undefined) return fetchFromOrigin(origins, distribution, targetId, request);
  const [primary = '', secondary] = group.Members.Items.map(({ OriginId: id }) => id);
  const first = await fetchFromOrigin(origins, distribution, primary, request);
  const fails = group.FailoverCriteria.StatusCodes.Items.includes(first.representation.status);
  if (!fails || secondary === undefined || !FAILOVER_METHODS.has(request.method)) return first;
  first.representation.discard();
  return fetchFromOrigin(origins, distribution, secondary, request);
}

async function fetchFromOrigin(
  origins: Origins,
  distribution: Distribution,
  originId: string,
  request: TargetRequest,
): Promise<OriginResponse> {
  const origin = distribution.config.Origins.find(({ Id: id }) => id === originId);
  if (origin === undefined) throw new Error(`Distribution ${distribution.id} has no origin ${originId}.`);
  const originRequest: OriginRequest = { ...request, origin, distribution };
  const bucket = origins.bucket(origin.DomainName);
  if (bucket !== undefined) {
    const representation = await fetchFromBucket(bucket, originRequest);
    const etag = representation.headers['etag'];
    const fetchRange =
      etag === undefined ? undefined : (range: ByteRange) => refetchRange(bucket, originRequest, etag, range);
    return { representation, fetchRange };
  }
  const invoke = origins.functionUrl(origin.DomainName, distribution.arn) ?? origins.httpApi?.(origin.DomainName);
  if (invoke === undefined) return makeBadGateway(`CloudFront could not find an origin at ${origin.DomainName}.`);
  try {
    return { representation: await fetchFromFunction(invoke, originRequest), fetchRange: undefined };
  } catch {
    return makeBadGateway('The function behind this origin did not respond.');
  }
}

function makeBadGateway(message: string): OriginResponse {
  return {
    representation: makeEdgeError(502, 'Bad gateway', message),
    fetchRange: undefined,
  };
}
