import { PROBLEMS, type ProblemCode } from '../contracts/api/problem-codes.ts';
import type { Problem } from '../contracts/api/problem.ts';

export interface ProblemOptions {
  /** In place of the code's own sentence. */
  readonly detail?: string;
  readonly errors?: NonNullable<Problem['errors']>;
  /** Beside the content type. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown to answer a request with a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[code].detail);
    this.code = code;
    this.options = options;
  }
}

/** https://www.rfc-editor.org/rfc/rfc9457 */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Headers that belong to a code wherever it occurs. */
const HEADERS: Partial<Record<ProblemCode, Readonly<Record<string, string>>>> = {
  unauthenticated: { 'www-authenticate': 'Bearer' },
  invalid_token: { 'www-authenticate': 'Bearer error="invalid_token"' },
  // A paused cluster takes about 15 seconds to wake.
  catalog_resuming: { 'retry-after': '15' },
  sign_in_unavailable: { 'retry-after': '5' },
};

export function problemResponse(code: ProblemCode, options: ProblemOptions = {}): Response {
  const { status, title, detail } = PROBLEMS[code];
  const problem: Problem = {
    type: `urn:sluice:problem:${code}`,
    title,
    status,
    code,
    detail: options.detail ?? detail,
    ...(options.errors === undefined ? {} : { errors: options.errors }),
  };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { 'content-type': PROBLEM_MEDIA_TYPE, ...HEADERS[code], ...options.headers },
  });
}
