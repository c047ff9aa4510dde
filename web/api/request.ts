import { signal } from '@preact/signals';
import { waitBeforeRetryMs } from './patience.ts';
import { ApiError, errorOfAnswer, localError } from './problem.ts';

/** Whether the catalog is asleep and being woken, which takes some seconds. */
export const catalogWaking = signal(false);

interface TokenSource {
  /** Null when nobody is signed in. */
  accessToken(): Promise<string | null>;
  /** The API no longer takes the token. */
  refused(): void;
}

let tokens: TokenSource = { accessToken: () => Promise.resolve(null), refused: () => undefined };

/** Who is asked for the access token of each request. */
export const takeTokensFrom = (source: TokenSource): void => {
  tokens = source;
};

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Asks as nobody, without waiting to learn who is signed in. */
  readonly anonymous?: boolean;
}

/** Rejects with the signal's reason when it is aborted meanwhile. */
export const pause = (milliseconds: number, aborted?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    aborted?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(aborted?.reason instanceof Error ? aborted.reason : new DOMException('aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      aborted?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    aborted?.addEventListener('abort', stop, { once: true });
  });

const ask = async (path: string, request: ApiRequest): Promise<Response> => {
  const token = request.anonymous === true ? null : await tokens.accessToken();
  const headers = new Headers({ accept: 'application/json' });
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  if (request.body !== undefined) headers.set('content-type', 'application/json');
  if (request.idempotencyKey !== undefined) headers.set('idempotency-key', request.idempotencyKey);
  try {
    return await fetch(`/api${path}`, {
      method: request.method ?? 'GET',
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.signal ?? null,
    });
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw localError('offline', 'The server could not be reached.', error);
  }
};

const askOnce = async (path: string, request: ApiRequest): Promise<Response> => {
  const answer = await ask(path, request);
  if (answer.ok) return answer;
  const error = await errorOfAnswer(answer);
  if (error.status === 401) tokens.refused();
  throw error;
};

/**
 * Asks the API, again where that can help: while the catalog wakes, when it was asked too often, and, of requests that
 * only read, when there was no proper answer.
 *
 * @throws ApiError
 */
export const callApi = async <T>(path: string, request: ApiRequest = {}): Promise<T> => {
  const repeatable = request.method === undefined || request.method === 'GET' || request.idempotencyKey !== undefined;
  for (let tries = 1; ; tries++) {
    try {
      const answer = await askOnce(path, request);
      catalogWaking.value = false;
      // A 204 has no body, and is asked for as `void`.
      return await (answer.status === 204 ? undefined : answer.json());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const wait = waitBeforeRetryMs(error, tries, repeatable);
      catalogWaking.value = error.code === 'catalog_resuming' && wait !== null;
      if (wait === null) throw error;
      await pause(wait, request.signal);
    }
  }
};
