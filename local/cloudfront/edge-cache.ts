import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BodySource, CachedBody } from './cached-body.ts';
import { GrowingBody, type HeldStream } from './growing-body.ts';
import type { Body } from './representation.ts';
import { matchesWildcard } from '../cloud/wildcard.ts';

/** Stored response of an origin. */
export interface CacheEntry {
  readonly key: string;
  readonly distributionId: string;
  /** Percent-encoded path as viewers request it, with the query that is part of the cache key. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CachedBody;
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
  /** Milliseconds since the epoch, extended when the origin confirms the entry. */
  expiresAt: number;
}

interface EdgeCacheOptions {
  /** Directory of the bodies, cleared at every start. */
  readonly dir: string;
  /** @default 4 GiB */
  readonly maxBytes?: number;
  /** Maximum number of entries, each of which holds an open file. @default 1,000 */
  readonly maxEntries?: number;
}

/** Cache of responses on disk, with least-recently-used eviction. */
export class EdgeCache {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  /** Entries in the order of their last use. */
  readonly #entries = new Map<string, CacheEntry>();
  #bytes = 0;
  #files = 0;
  #closed = false;
  readonly #storing = new Set<Promise<unknown>>();

  private constructor({ dir, maxBytes = 4 * 1024 ** 3, maxEntries = 1000 }: EdgeCacheOptions) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  static async open(options: EdgeCacheOptions): Promise<EdgeCache> {
    await rm(options.dir, { recursive: true, force: true });
    await mkdir(options.dir, { recursive: true });
    return new EdgeCache(options);
  }

  /** Returns the entry, fresh or stale. */
  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Stores a response, replacing an older one with the same key. */
  async put(entry: Omit<CacheEntry, 'body'>, sizeBytes: number, source: BodySource): Promise<CacheEntry> {
    this.#files += 1;
    // A body that was replaced or dropped while its last blocks arrived no longer counts.
    const isCurrent = (): boolean => this.#entries.get(entry.key)?.body === body;
    const body = await CachedBody.create(join(this.#dir, String(this.#files)), sizeBytes, source, {
      kept: (bytes) => {
        if (!isCurrent()) return;
        this.#bytes += bytes;
        this.#trim(entry.key);
      },
      broken: () => {
        if (isCurrent()) this.#remove(entry.key);
      },
    });
    this.#remove(entry.key);
    const kept = { ...entry, body };
    this.#entries.set(entry.key, kept);
    this.#trim(entry.key);
    body.start();
    return kept;
  }

  /**
   * Stores a response of unknown length once it is complete; one that breaks off is not stored.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomDroppedTCPConnections
   *
   * @returns the body as it arrives, and a promise that resolves when it has ended and been stored
   */
  async collect(
    entry: Omit<CacheEntry, 'body'>,
    body: Body,
  ): Promise<{ readonly held: HeldStream; readonly ended: Promise<void> }> {
    this.#files += 1;
    const growing = await GrowingBody.create(join(this.#dir, `${this.#files}.part`), body);
    const held = growing.hold();
    const store = async (): Promise<void> => {
      if (!(await growing.collect()) || this.#closed) return;
      const stored = this.put(entry, growing.sizeBytes, { kind: 'file', path: growing.path });
      this.#storing.add(stored);
      // The viewer has the body of one that cannot be stored; the next one fetches it again.
      await stored.catch(() => undefined);
      this.#storing.delete(stored);
    };
    return { held, ended: store() };
  }

  /**
   * Removes the entries whose path matches. A response kept under a query is removed only if the pattern names the query.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
   *
   * @param pattern path that may end in `*`
   */
  invalidate(distributionId: string, pattern: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.distributionId === distributionId && matchesWildcard(pattern, entry.path)) this.#remove(entry.key);
    }
  }

  /** Removes an entry, unless it has been replaced. */
  forget(entry: CacheEntry): void {
    if (this.#entries.get(entry.key) === entry) this.#remove(entry.key);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#storing);
    const bodies = [...this.#entries.values()].map(({ body }) => body);
    this.#entries.clear();
    await Promise.all(bodies.map((body) => body.drop()));
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.body.keptBytes;
    void entry.body.drop();
  }

  #trim(except: string): void {
    for (const key of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes && this.#entries.size <= this.#maxEntries) return;
      if (key !== except) this.#remove(key);
    }
  }
}
