function nameOf(key: string): string {
  return `sluice.upload.${key}`;
}

/** No two windows offer the same file: the one that holds it has the lock of this name, until it is closed. */
export class UploadLock {
  readonly #name: string;
  #free: PromiseWithResolvers<void> | undefined;

  /** @param key of the upload */
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

/** Whether some window, this one too, holds the upload of a key. */
export async function findHeldKeys(): Promise<(key: string) => boolean> {
  const held = new Set((await navigator.locks?.query())?.held?.map(({ name }) => name));
  return (key) => held.has(nameOf(key));
}
