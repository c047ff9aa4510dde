import type { Readable } from 'node:stream';
import { cacheKey, forwardedParts, keyParts } from './cache-key.ts';
import type { Distribution, ResolvedBehavior } from './distribution.ts';
import type { BodySource } from './cached-body.ts';
import type { CacheEntry, EdgeCache } from './edge-cache.ts';
import { errorLifetimeSeconds, lifetimeSeconds } from './freshness.ts';
import { fetchFromTarget, type OriginResponse } from './fetch-from-target.ts';
import type { Origins } from './origins.ts';
import type { Representation } from './representation.ts';
import { headerOf, type ViewerRequest } from './viewer-request.ts';

export type CacheResult = 'Hit' | 'Miss' | 'RefreshHit' | 'Error';

export interface EdgeResponse {
  readonly representation: Representation;
  readonly result: CacheResult;
  /** Seconds since the answer was kept; undefined where it comes from the origin. */
  readonly ageSeconds: number | undefined;
}

/** One request on its way to the cache and the origin. */
export interface EdgeRequest {
  readonly distribution: Distribution;
  readonly resolved: ResolvedBehavior;
  readonly request: ViewerRequest;
  readonly body: Readable;
}

/** Answers from the cache what is fresh there, and asks the origin for the rest. */
export class CachedOrigin {
  readonly #cache: EdgeCache;
  readonly #origins: Origins;
  readonly #now: () => Date;
  /** Keys whose origin is being asked, so that viewers who come at once cause one question. */
  readonly #pending = new Map<string, Promise<void>>();

  constructor(cache: EdgeCache, origins: Origins, now: () => Date) {
    this.#cache = cache;
    this.#origins = origins;
    this.#now = now;
  }

  async fetch(inquiry: EdgeRequest): Promise<EdgeResponse> {
    const { request, resolved, distribution } = inquiry;
    if (!resolved.behavior.CachedMethods.includes(request.method)) return this.#fetchUncached(inquiry);
    const parts = keyParts(request, resolved.cachePolicy);
    const key = cacheKey(request, distribution.id, parts);
    const fresh = this.#findFresh(key);
    if (fresh !== undefined) return fresh;
    await this.#pending.get(key);
    const meanwhile = this.#findFresh(key);
    if (meanwhile !== undefined) return meanwhile;
    const asked = this.#fetchAndKeep(inquiry, key);
    const settled = asked.then(
      () => undefined,
      () => undefined,
    );
    // Where nothing is ever kept, waiting for another viewer's answer would gain nothing.
    if (resolved.cachePolicy.MaxTTL > 0) this.#pending.set(key, settled);
    try {
      return await asked;
    } finally {
      if (this.#pending.get(key) === settled) this.#pending.delete(key);
    }
  }

  #findFresh(key: string): EdgeResponse | undefined {
    const entry = this.#cache.get(key);
    if (entry === undefined || entry.expiresAt <= this.#now().getTime()) return undefined;
    return this.#respondFrom(entry, entry.status < 400 ? 'Hit' : 'Error');
  }

  async #fetchAndKeep(inquiry: EdgeRequest, key: string): Promise<EdgeResponse> {
    const stale = this.#cache.get(key);
    const answer = await this.#fetchFromOrigin(inquiry);
    const { representation } = answer;
    const now = this.#now();
    const seconds = this.#lifetimeSeconds(inquiry, representation, now);
    if (stale !== undefined && isRevalidated(stale, representation) && seconds > 0) {
      representation.discard();
      stale.expiresAt = now.getTime() + seconds * 1000;
      return this.#respondFrom(stale, 'RefreshHit');
    }
    const result = representation.status < 400 ? 'Miss' : 'Error';
    // Without its size a body cannot be kept while it comes; a part is not the whole; a HEAD has none.
    const size = representation.sizeBytes;
    const whole =
      representation.status !== 206 && (inquiry.request.method !== 'HEAD' || answer.fetchRange !== undefined);
    if (seconds <= 0 || size === undefined || !whole) {
      if (stale !== undefined) this.#cache.forget(stale);
      return { representation, result, ageSeconds: undefined };
    }
    const times = { storedAt: now.getTime(), expiresAt: now.getTime() + seconds * 1000 };
    const { status, headers } = representation;
    const { path } = inquiry.request;
    const source: BodySource =
      answer.fetchRange === undefined
        ? { kind: 'whole', body: representation.open() }
        : { kind: 'parts', fetch: answer.fetchRange };
    const kept = { key, distributionId: inquiry.distribution.id, path, status, headers, ...times };
    const entry = await this.#cache.put(kept, size, source);
    return { ...this.#respondFrom(entry, result), ageSeconds: undefined };
  }

  async #fetchUncached(inquiry: EdgeRequest): Promise<EdgeResponse> {
    const { representation } = await this.#fetchFromOrigin(inquiry);
    return { representation, result: representation.status < 400 ? 'Miss' : 'Error', ageSeconds: undefined };
  }

  #fetchFromOrigin({ distribution, resolved, request, body }: EdgeRequest): Promise<OriginResponse> {
    const parts = forwardedParts(request, keyParts(request, resolved.cachePolicy), resolved.originRequestPolicy);
    return fetchFromTarget(this.#origins, distribution, resolved.behavior.TargetOriginId, {
      method: request.method,
      path: request.path,
      parts,
      range: headerOf(request, 'range'),
      body,
      viewer: { ip: request.ip, id: request.id },
    });
  }

  #lifetimeSeconds({ distribution, resolved }: EdgeRequest, { status, headers }: Representation, now: Date): number {
    if (status < 400) return lifetimeSeconds(headers, resolved.cachePolicy, now);
    const custom = distribution.config.CustomErrorResponses.find(({ ErrorCode: code }) => code === status);
    return errorLifetimeSeconds(headers, custom?.ErrorCachingMinTTL, now);
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

/** Whether a stale entry may go on being served. */
function isRevalidated(stale: CacheEntry, { status, headers, sizeBytes }: Representation): boolean {
  const etag = headers['etag'];
  return status === 200 && etag !== undefined && stale.headers['etag'] === etag && stale.body.sizeBytes === sizeBytes;
}
