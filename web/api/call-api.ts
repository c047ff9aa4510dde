import { computed, signal } from '@preact/signals';
import { pause } from './pause.ts';
import { ApiProblemError, problemFromResponse, localProblem } from './api-problem.ts';
import { attemptCounter, retryBriefly, retryIfNotStarted, type RetryPolicy } from './retry-policy.ts';

/** Requests that were refused because it sleeps, and are not at their end yet. */
const resumingRequests = signal(0);

/** Whether the catalog is asleep and being woken, which takes some seconds. */
export const catalogResuming = computed(() => resumingRequests.value > 0);

interface TokenSource {
  /** Null when nobody is signed in. */
  accessToken(): Promise<string | null>;
  /** The API no longer takes the token. */
  onRejected(): void;
}

let tokens: TokenSource = { accessToken: () => Promise.resolve(null), onRejected: () => undefined };

/** Who is asked for the access token of each request. */
export function setTokenSource(source: TokenSource): void {
  tokens = source;
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Asks as nobody, without waiting to learn who is signed in. */
  readonly anonymous?: boolean;
  /** @default shortly where the request may be repeated, and else only what was not begun */
  readonly retry?: RetryPolicy;
}

async function send(path: string, request: ApiRequest): Promise<Response> {
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
    throw localProblem('offline', 'The server could not be reached.', error);
  }
}

/** A connection may break off within an answer too. */
async function readBody<T>(answer: Response, { signal: aborted }: ApiRequest): Promise<T> {
  try {
    // A 204 has none, and is asked for as `void`.
    return await (answer.status === 204 ? undefined : answer.json());
  } catch (error) {
    if (aborted?.aborted === true) throw error;
    const isText = error instanceof SyntaxError;
    throw localProblem(isText ? 'unexpected_answer' : 'offline', 'The answer could not be read.', error);
  }
}

async function sendOnce(path: string, request: ApiRequest): Promise<Response> {
  const answer = await send(path, request);
  if (answer.ok) return answer;
  const error = await problemFromResponse(answer);
  if (error.status === 401) tokens.onRejected();
  throw error;
}

/** What is deleted twice is no more gone than before. */
function isRepeatable({ method = 'GET', idempotencyKey }: ApiRequest): boolean {
  return method === 'GET' || method === 'DELETE' || idempotencyKey !== undefined;
}

/**
 * Asks the API, again where its policy finds that this can help.
 *
 * @throws ProblemError
 */
export async function callApi<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const retry = request.retry ?? (isRepeatable(request) ? retryBriefly : retryIfNotStarted);
  const count = attemptCounter();
  let waking = 0;
  try {
    for (;;) {
      try {
        return await readBody<T>(await sendOnce(path, request), request);
      } catch (error) {
        if (!(error instanceof ApiProblemError)) throw error;
        const wait = retry(error, count(error));
        if (wait === null) throw error;
        if (error.code === 'catalog_resuming' && waking++ === 0) resumingRequests.value++;
        await pause(wait, { signal: request.signal, untilOnline: error.code === 'offline' });
      }
    }
  } finally {
    if (waking > 0) resumingRequests.value--;
  }
}
