import type { PublishedObjects } from './published-objects.ts';

/**
 * Time for which a kept object is used without asking storage, seconds; also after a failed check, so that not every viewer waits
 * for failing storage. It delays the withdrawal of a video at the origin, which must take effect within a minute.
 */
export const RECHECK_SECONDS = 10;
/** Memory assumed for a kept object besides its bytes. */
const ENTRY_BYTES = 1024;

export interface KeptObjectsOptions<Value> {
  readonly objects: PublishedObjects;
  /** Returns what is kept of an object. An error reaches the caller, and nothing is kept. */
  readonly parse: (bytes: Uint8Array, key: string) => Value;
  /** Maximum length of all kept objects, bytes; those used the longest ago go first. */
  readonly maxBytes: number;
  /** Time since its last successful check for which an object is used while storage fails. */
  readonly staleOnErrorMinutes: number;
  /** Reports that an object is used although storage failed. */
  readonly reportStale: (key: string, error: unknown) => void;
  /** Milliseconds. @default the system's clock */
  readonly now?: () => number;
}

interface Kept<Value> {
  readonly value: Value;
  readonly etag: string;
  readonly bytes: number;
  /** Time at which storage was last asked and confirmed that the object is published. */
  readonly confirmedAtMs: number;
  /** Time until which the object is used without asking. */
  readonly freshUntilMs: number;
}

/**
 * Published objects that a warm function keeps. Each is parsed once and re-checked after `RECHECK_SECONDS` by a conditional
 * request. While storage fails, an object that is kept goes on being used; one that storage denies or misses is dropped at once,
 * so that withdrawal is not weakened.
 */
export class KeptObjects<Value> {
  readonly #options: KeptObjectsOptions<Value>;
  readonly #now: () => number;
  /** In the order of use. */
  readonly #kept = new Map<string, Kept<Value>>();
  readonly #checks = new Map<string, Promise<Value | undefined>>();
  #bytes = 0;

  constructor(options: KeptObjectsOptions<Value>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Length of all kept objects, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Returns an object, or undefined if it is missing or not published. Concurrent callers share one request.
   *
   * @throws what storage or `parse` threw
   */
  async get(key: string): Promise<Value | undefined> {
    const kept = this.#kept.get(key);
    const now = this.#now();
    if (kept !== undefined && kept.confirmedAtMs <= now && now < kept.freshUntilMs) {
      this.#keep(key, kept);
      return kept.value;
    }
    let check = this.#checks.get(key);
    if (check === undefined) {
      check = this.#check(key, kept).finally(() => this.#checks.delete(key));
      this.#checks.set(key, check);
    }
    return check;
  }

  async #check(key: string, kept: Kept<Value> | undefined): Promise<Value | undefined> {
    const { objects, parse, reportStale, staleOnErrorMinutes } = this.#options;
    const confirmedAtMs = this.#now();
    const confirmed = { confirmedAtMs, freshUntilMs: confirmedAtMs + RECHECK_SECONDS * 1_000 };
    let answer;
    try {
      answer = await objects.read(key, kept?.etag);
    } catch (error) {
      const now = this.#now();
      if (kept === undefined || now - kept.confirmedAtMs > staleOnErrorMinutes * 60_000) {
        this.#drop(key);
        throw error;
      }
      this.#keep(key, { ...kept, freshUntilMs: now + RECHECK_SECONDS * 1_000 });
      reportStale(key, error);
      return kept.value;
    }
    if (answer.kind === 'unchanged' && kept !== undefined) {
      this.#keep(key, { ...kept, ...confirmed });
      return kept.value;
    }
    this.#drop(key);
    if (answer.kind !== 'found') return undefined;
    const { bytes, etag } = answer;
    const value = parse(bytes, key);
    this.#keep(key, { value, etag, bytes: bytes.length + ENTRY_BYTES, ...confirmed });
    return value;
  }

  #keep(key: string, kept: Kept<Value>): void {
    this.#drop(key);
    this.#kept.set(key, kept);
    this.#bytes += kept.bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#options.maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
