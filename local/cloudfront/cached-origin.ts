import type { Readable } from 'node:stream';
import { computeCacheKey, selectForwardedParts, selectKeyParts } from './cache-key.ts';
import type { Distribution, ResolvedBehavior } from './distribution.ts';
import type { BodySource } from './cached-body.ts';
import type { CacheEntry, EdgeCache } from './edge-cache.ts';
import { errorLifetimeSeconds, lifetimeSeconds, staleIfErrorSeconds } from './freshness.ts';
import { fetchFromTarget, type OriginResponse } from './fetch-from-target.ts';
import type { Origins } from './origins.ts';
import type { Representation } from './representation.ts';
import { joinHeader, type ViewerRequest, writeQuery } from './viewer-request.ts';

type CacheResult = 'Hit' | 'Miss' | 'RefreshHit' | 'Error';

export interface EdgeResponse {
  readonly representation: Representation;
  readonly result: CacheResult;
  /** Seconds since the response was stored; undefined if it comes from the origin. */
  readonly ageSeconds: number | undefined;
  /** Settled when the response has been stored, for one of unknown length. @default it has been */
  readonly kept?: Promise<void>;
}

/** Request to the cache and, on a miss, to the origin. */
interface EdgeRequest {
  readonly distribution: Distribution;
  readonly resolved: ResolvedBehavior;
  readonly request: ViewerRequest;
  readonly body: Readable;
}

/** Responds from the cache while an entry is fresh, and otherwise from the origin. */
export class CachedOrigin {
  readonly #cache: EdgeCache;
  readonly #origins: Origins;
  readonly #now: () => Date;
  /** Keys being fetched, so that simultaneous viewers cause only one request to the origin. */
  readonly #pending = new Map<string, Promise<void>>();

  constructor(cache: EdgeCache, origins: Origins, now: () => Date) {
    this.#cache = cache;
    this.#origins = origins;
    this.#now = now;
  }

  async fetch(edgeRequest: EdgeRequest): Promise<EdgeResponse> {
    const { request, resolved, distribution } = edgeRequest;
    if (!resolved.behavior.CachedMethods.includes(request.method)) return this.#fetchUncached(edgeRequest);
    const parts = selectKeyParts(request, resolved.cachePolicy);
    const key = computeCacheKey(request, distribution.id, parts);
    const fresh = this.#findFresh(key);
    if (fresh !== undefined) return fresh;
    await this.#pending.get(key);
    const fetchedByOther = this.#findFresh(key);
    if (fetchedByOther !== undefined) return fetchedByOther;
    const fetched = this.#fetchAndKeep(edgeRequest, key);
    const settled = fetched.then(
      ({ kept }) => kept,
      () => undefined,
    );
    // Waiting for another viewer's response is useless if nothing is ever stored.
    if (resolved.cachePolicy.MaxTTL > 0) this.#pending.set(key, settled);
    void settled.finally(() => {
      if (this.#pending.get(key) === settled) this.#pending.delete(key);
    });
    return fetched;
  }

  #findFresh(key: string): EdgeResponse | undefined {
    const entry = this.#cache.get(key);
    if (entry === undefined || entry.expiresAt <= this.#now().getTime()) return undefined;
    return this.#respondFrom(entry, entry.status < 400 ? 'Hit' : 'Error');
  }

  async #fetchAndKeep(edgeRequest: EdgeRequest, key: string): Promise<EdgeResponse> {
    const stale = this.#cache.get(key);
    const fetched = await this.#fetchFromOrigin(edgeRequest);
    const { representation } = fetched;
    const now = this.#now();
    const seconds = this.#lifetimeSeconds(edgeRequest, representation, now);
    if (stale !== undefined && isRevalidated(stale, representation) && seconds > 0) {
      representation.discard();
      stale.expiresAt = now.getTime() + seconds * 1000;
      return this.#respondFrom(stale, 'RefreshHit');
    }
    if (stale !== undefined && representation.status >= 500 && isUsableOnError(stale, now)) {
      representation.discard();
      return this.#respondFrom(stale, 'Hit');
    }
    const result = representation.status < 400 ? 'Miss' : 'Error';
    // Not stored: partial responses, and responses to HEAD that have no body to fetch.
    const size = representation.sizeBytes;
    const whole =
      representation.status !== 206 && (edgeRequest.request.method !== 'HEAD' || fetched.fetchRange !== undefined);
    if (seconds <= 0 || !whole) {
      if (stale !== undefined) this.#cache.forget(stale);
      return { representation, result, ageSeconds: undefined };
    }
    const times = { storedAt: now.getTime(), expiresAt: now.getTime() + seconds * 1000 };
    const { status, headers } = representation;
    const query = writeQuery(selectKeyParts(edgeRequest.request, edgeRequest.resolved.cachePolicy).query);
    const path = edgeRequest.request.path + (query === '' ? '' : `?${query}`);
    const kept = { key, distributionId: edgeRequest.distribution.id, path, status, headers, ...times };
    if (size === undefined) {
      const { held, ended } = await this.#cache.collect(kept, representation.open());
      const arriving = { ...representation, open: () => held.read(), discard: () => held.release() };
      return { representation: arriving, result, ageSeconds: undefined, kept: ended };
    }
    const source: BodySource =
      fetched.fetchRange === undefined
        ? { kind: 'whole', body: representation.open() }
        : { kind: 'ranges', fetch: fetched.fetchRange, link: representation.link };
    const entry = await this.#cache.put(kept, size, source);
    return { ...this.#respondFrom(entry, result), ageSeconds: undefined };
  }

  async #fetchUncached(edgeRequest: EdgeRequest): Promise<EdgeResponse> {
    const { representation } = await this.#fetchFromOrigin(edgeRequest);
    return { representation, result: representation.status < 400 ? 'Miss' : 'Error', ageSeconds: undefined };
  }

  #fetchFromOrigin({ distribution, resolved, request, body }: EdgeRequest): Promise<OriginResponse> {
    const parts = selectForwardedParts(
      request,
      selectKeyParts(request, resolved.cachePolicy),
      resolved.originRequestPolicy,
    );
    return fetchFromTarget(this.#origins, distribution, resolved.behavior.TargetOriginId, {
      method: request.method,
      path: request.path,
      parts,
      range: joinHeader(request, 'range'),
      body,
      viewer: { ip: request.ip, id: request.id },
    });
  }

  #lifetimeSeconds({ distribution, resolved }: EdgeRequest, { status, headers }: Representation, now: Date): number {
    if (status < 400) return lifetimeSeconds(headers, resolved.cachePolicy, now);
    const custom = distribution.config.CustomErrorResponses.find(({ ErrorCode: code }) => code === status);
    return errorLifetimeSeconds({ status, headers }, custom?.ErrorCachingMinTTL, resolved.cachePolicy, now);
  }

  #respondFrom(entry: CacheEntry, result: CacheResult): EdgeResponse {
    const { status, headers, body } = entry;
    const held = body.hold();
    const whole = { start: 0, end: body.sizeBytes - 1 };
    const ageSeconds = Math.floor((this.#now().getTime() - entry.storedAt) / 1000);
    return {
      representation: {
        status,
        headers,
        cookies: [],
        sizeBytes: body.sizeBytes,
        seekable: true,
        open: (range = whole) => held.read(range),
        discard: () => held.release(),
      },
      result,
      ageSeconds,
    };
  }
}

/**
 * Returns whether an expired entry is served instead of an error of the origin.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html#HTTPStatusCodes-no-custom-error-pages
 */
function isUsableOnError({ status, headers, expiresAt }: CacheEntry, now: Date): boolean {
  return status < 500 && now.getTime() < expiresAt + staleIfErrorSeconds(headers) * 1000;
}

/** Returns whether the origin confirms a stale entry. */
function isRevalidated(stale: CacheEntry, { status, headers, sizeBytes }: Representation): boolean {
  const etag = headers['etag'];
  return status === 200 && etag !== undefined && stale.headers['etag'] === etag && stale.body.sizeBytes === sizeBytes;
}
