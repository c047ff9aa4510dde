interface PauseOptions {
  /** Rejects the pause with its reason when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the pause early when the browser comes back online. */
  readonly untilOnline?: boolean;
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new DOMException('aborted', 'AbortError');
}

/** Waits between two attempts. */
export async function pause(milliseconds: number, options: PauseOptions = {}): Promise<void> {
  const { signal, untilOnline = false } = options;
  signal?.throwIfAborted();
  const ended = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      ended.signal.addEventListener('abort', () => clearTimeout(timer));
      signal?.addEventListener('abort', () => reject(reasonOf(signal)), { signal: ended.signal });
      if (untilOnline) addEventListener('online', () => resolve(), { signal: ended.signal });
    });
  } finally {
    ended.abort();
  }
}
