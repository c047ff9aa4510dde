import type { Problem } from '../../lambdas/contracts/api/problem.ts';

/** Codes of what goes wrong before the API can answer. */
export type LocalProblemCode =
  | 'offline'
  | 'empty_file'
  | 'unexpected_answer'
  | 'too_many_requests'
  | 'unreadable_file'
  | 'storage_refused'
  | 'not_playing';

/** What the API refused, or what kept it from being asked; `code` chooses the words that are shown. */
export class ApiProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: string;
  /** In English, for codes that these pages do not know. */
  readonly detail: string;
  /** Of HTTP; 0 without an answer. */
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

/** For what went wrong on this side. */
export function localProblem(code: LocalProblemCode, detail: string, cause?: unknown): ApiProblemError {
  return new ApiProblemError(code, detail, 0, null, cause);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}

/** The error that an answer stands for: a problem document (RFC 9457), or whatever a proxy sent in its place. */
export async function problemFromResponse(answer: Response): Promise<ApiProblemError> {
  const body: unknown = await answer.json().catch(() => undefined);
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  return isProblem(body)
    ? new ApiProblemError(body.code, body.detail, answer.status, retryAfter)
    : // The gateway before the API throttles in its own words.
      new ApiProblemError(
        answer.status === 429 ? 'too_many_requests' : 'unexpected_answer',
        `HTTP ${answer.status}`,
        answer.status,
        retryAfter,
      );
}

/** Anything thrown, as an error that can be put into words. */
export function asApiProblem(error: unknown): ApiProblemError {
  return error instanceof ApiProblemError ? error : localProblem('unexpected_answer', String(error), error);
}
