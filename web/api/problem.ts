import type { Problem } from '../../lambdas/contracts/api/problem.ts';

/** Codes of what goes wrong before the API can answer. */
export type LocalCode =
  | 'offline'
  | 'empty_file'
  | 'unexpected_answer'
  | 'too_many_requests'
  | 'unreadable_file'
  | 'storage_refused'
  | 'not_playing';

/** What the API refused, or what kept it from being asked; `code` chooses the words that are shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
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
export const localError = (code: LocalCode, detail: string, cause?: unknown): ApiError =>
  new ApiError(code, detail, 0, null, cause);

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';

/** The error that an answer stands for: a problem document (RFC 9457), or whatever a proxy sent in its place. */
export const errorOfAnswer = async (answer: Response): Promise<ApiError> => {
  const body: unknown = await answer.json().catch(() => undefined);
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  return isProblem(body)
    ? new ApiError(body.code, body.detail, answer.status, retryAfter)
    : // The gateway before the API throttles in its own words.
      new ApiError(
        answer.status === 429 ? 'too_many_requests' : 'unexpected_answer',
        `HTTP ${answer.status}`,
        answer.status,
        retryAfter,
      );
};

/** Anything thrown, as an error that can be put into words. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : localError('unexpected_answer', String(error), error);
