function nameOf(key: string): string {
  return `sluice.upload.${key}`;
}

/** Keeps two windows from offering the same file: one of them holds this lock until it is closed. */
export class UploadLock {
  readonly #name: string;
  #free: PromiseWithResolvers<void> | undefined;

  /** @param key key of the upload */
  constructor(key: string) {
    this.#name = nameOf(key);
  }

  hold(): void {
    if (this.#free !== undefined) return;
    const free = Promise.withResolvers<void>();
    this.#free = free;
    void navigator.locks?.request(this.#name, () => free.promise);
  }

  release(): void {
    this.#free?.resolve();
    this.#free = undefined;
  }
}

/** Returns a test for whether any window, including this one, holds the upload of a key. */
export async function findHeldKeys(): Promise<(key: string) => boolean> {
  const held = new Set((await navigator.locks?.query())?.held?.map(({ name }) => name));
  return (key) => held.has(nameOf(key));
}
