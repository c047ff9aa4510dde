/** Exit status of a program that SIGINT interrupted. */
export const INTERRUPTED = 130;

/** Time after a signal during which another one belongs to it: npm and the terminal both send the signal of one Ctrl-C. */
const SAME_KEY_PRESS_MS = 1000;

interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Restores the default action of the signals. */
  release(): void;
}

/**
 * Listens to SIGINT and SIGTERM until `release`. The first one aborts the returned signal; one that comes later than a
 * second after it calls `onImpatience`, for a stop that takes too long.
 */
export function listenForInterruption(
  onImpatience: () => void,
  source: Pick<NodeJS.Process, 'on' | 'off'> = process,
  now: () => number = () => performance.now(),
): Interruption {
  const controller = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      first = now();
      controller.abort(new InterruptedError());
    } else if (now() - first > SAME_KEY_PRESS_MS) {
      onImpatience();
    }
  };
  source.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release: () => void source.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}

/** Thrown by work that a signal interrupted. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor() {
    super('Interrupted');
  }
}
