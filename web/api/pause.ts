interface PauseOptions {
  /** Rejects with the signal's reason when it is aborted meanwhile. */
  readonly signal?: AbortSignal | undefined;
  /** Ends as soon as the browser has a network again. */
  readonly untilOnline?: boolean;
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new DOMException('aborted', 'AbortError');
}

/** Waits between two tries. */
export async function pause(milliseconds: number, options: PauseOptions = {}): Promise<void> {
  const { signal, untilOnline = false } = options;
  signal?.throwIfAborted();
  const over = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      over.signal.addEventListener('abort', () => clearTimeout(timer));
      signal?.addEventListener('abort', () => reject(reasonOf(signal)), { signal: over.signal });
      if (untilOnline) addEventListener('online', () => resolve(), { signal: over.signal });
    });
  } finally {
    over.abort();
  }
}
