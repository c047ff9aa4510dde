import { ApiError } from '../api/problem.ts';
import { pause } from '../api/request.ts';
import { backOffMs, MOST_TRIES } from './back-off.ts';

/** When the browser says that it is connected again; at once if it never said otherwise. */
export const whenOnline = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    if (navigator.onLine) {
      resolve();
      return;
    }
    const leave = (): void => {
      removeEventListener('online', enter);
      reject(new Error('stopped waiting', { cause: signal.reason }));
    };
    const enter = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    addEventListener('online', enter, { once: true });
    signal.addEventListener('abort', leave, { once: true });
  });

/** Waits before the try that follows `tries` others, and while there is no network for as long as it takes. */
export const waitForNextTry = async (tries: number, signal: AbortSignal): Promise<void> => {
  await whenOnline(signal);
  await pause(backOffMs(tries), signal);
};

const mayPass = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'offline' || error.status === 429 || error.status >= 500);

/** Asks the API again and again, as long as what keeps it from answering may pass. */
export const persistently = async <T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || !mayPass(error) || tries >= MOST_TRIES) throw error;
      await waitForNextTry(tries, signal);
    }
  }
};
