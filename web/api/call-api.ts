import { computed, signal } from '@preact/signals';
import { pause } from './pause.ts';
import { ApiProblemError, readProblem, makeLocalProblem } from './api-problem.ts';
import { setServerClock } from './server-clock.ts';
import { createAttemptCounter, retryBriefly, retryIfNotStarted, type RetryPolicy } from './retry-policy.ts';

/** Number of requests that are waiting for the catalog to resume. */
const resumingRequests = signal(0);

/** Whether a request is waiting for the catalog to resume from pause, which takes some seconds. */
export const catalogResuming = computed(() => resumingRequests.value > 0);

interface TokenSource {
  /** Returns null when signed out. */
  accessToken(): Promise<string | null>;
  /** Called when the API rejects the token. */
  onRejected(): void;
}

let tokens: TokenSource = { accessToken: () => Promise.resolve(null), onRejected: () => undefined };

/** Sets the source of the access tokens that requests are sent with. */
export function setTokenSource(source: TokenSource): void {
  tokens = source;
}

interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Whether to send no access token, and not to wait for one. */
  readonly anonymous?: boolean;
  /** @default `retryBriefly` for idempotent requests, `retryIfNotStarted` for others */
  readonly retry?: RetryPolicy;
}

/** Longer than API Gateway waits for a function, 30 seconds: a connection that has broken unnoticed answers nothing. */
const MAX_ANSWER_MS = 45_000;

async function send(path: string, request: ApiRequest, late: AbortSignal): Promise<Response> {
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
      signal: request.signal === undefined ? late : AbortSignal.any([request.signal, late]),
    });
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw makeLocalProblem('offline', 'The server could not be reached.', error);
  }
}

/** Reads the body of a response, during which the connection may break. */
async function readBody<T>(response: Response, { signal: aborted }: ApiRequest): Promise<T> {
  try {
    // A 204 has no body; its callers expect `void`.
    return await (response.status === 204 ? undefined : response.json());
  } catch (error) {
    if (aborted?.aborted === true) throw error;
    const isText = error instanceof SyntaxError;
    throw makeLocalProblem(isText ? 'unexpected_answer' : 'offline', 'The response could not be read.', error);
  }
}

async function sendOnce<T>(path: string, request: ApiRequest): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), MAX_ANSWER_MS);
  try {
    const response = await send(path, request, late.signal);
    setServerClock(response.headers);
    if (response.ok) return await readBody<T>(response, request);
    const error = await readProblem(response);
    if (error.status === 401) tokens.onRejected();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Returns whether sending the request twice has the same effect as sending it once. */
function isIdempotent({ method = 'GET', idempotencyKey }: ApiRequest): boolean {
  return method === 'GET' || method === 'DELETE' || idempotencyKey !== undefined;
}

/**
 * Calls the API and retries as the request's policy says.
 *
 * @throws ApiProblemError
 */
export async function callApi<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const retry = request.retry ?? (isIdempotent(request) ? retryBriefly : retryIfNotStarted);
  const countAttempt = createAttemptCounter();
  let resumingResponses = 0;
  try {
    for (;;) {
      try {
        return await sendOnce<T>(path, request);
      } catch (error) {
        if (!(error instanceof ApiProblemError)) throw error;
        const wait = retry(error, countAttempt(error));
        if (wait === null) throw error;
        if (error.code === 'catalog_resuming' && resumingResponses++ === 0) resumingRequests.value++;
        await pause(wait, { signal: request.signal, untilOnline: error.code === 'offline' });
      }
    }
  } finally {
    if (resumingResponses > 0) resumingRequests.value--;
  }
}
