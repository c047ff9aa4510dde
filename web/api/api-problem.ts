import type { Problem } from '../../lambdas/contracts/api/problem.ts';

/** Codes of problems that the pages detect themselves. */
export type LocalProblemCode =
  | 'offline'
  | 'empty_file'
  | 'unexpected_answer'
  | 'too_many_requests'
  | 'unreadable_file'
  | 'storage_refused'
  | 'storage_blocked'
  | 'not_playing';

/** A request that failed: rejected by the API, or without a response. `code` selects the text that is shown. */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError';
  readonly code: string;
  /** English text, shown for codes that these pages do not know. */
  readonly detail: string;
  /** HTTP status; 0 without a response. */
  readonly status: number;
  readonly retryAfterSeconds: number | null;

  constructor(code: string, detail: string, status: number, retryAfterSeconds: number | null = null, cause?: unknown) {
    super(`${code}: ${detail}`, { cause });
    this.code = code;
    this.detail = detail;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Creates the error for a problem that the pages detected themselves. */
export function makeLocalProblem(code: LocalProblemCode, detail: string, cause?: unknown): ApiProblemError {
  return new ApiProblemError(code, detail, 0, null, cause);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}

/** Reads the error from a failed response: a problem document (RFC 9457), or the body that a proxy sent instead. */
export async function readProblem(response: Response): Promise<ApiProblemError> {
  const body: unknown = await response.json().catch(() => undefined);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  return isProblem(body)
    ? new ApiProblemError(body.code, body.detail, response.status, retryAfter)
    : // The gateway in front of the API throttles with a body of its own.
      new ApiProblemError(
        response.status === 429 ? 'too_many_requests' : 'unexpected_answer',
        `HTTP ${response.status}`,
        response.status,
        retryAfter,
      );
}

/** Wraps anything thrown in an error that the pages can explain. */
export function toApiProblem(error: unknown): ApiProblemError {
  return error instanceof ApiProblemError ? error : makeLocalProblem('unexpected_answer', String(error), error);
}
