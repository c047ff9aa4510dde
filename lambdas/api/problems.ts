import { PROBLEMS, type ProblemCode } from '../contracts/api/problem-codes.ts';
import type { Problem } from '../contracts/api/problem.ts';

export interface ProblemOptions {
  /** Replaces the code's own text. */
  readonly detail?: string;
  readonly errors?: NonNullable<Problem['errors']>;
  /** Headers in addition to the content type. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Error that makes the response a problem document. */
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

/** Headers of every response with a code. */
const HEADERS: Partial<Record<ProblemCode, Readonly<Record<string, string>>>> = {
  unauthenticated: { 'www-authenticate': 'Bearer' },
  invalid_token: { 'www-authenticate': 'Bearer error="invalid_token"' },
  // A paused cluster resumes in about 15 seconds.
  catalog_resuming: { 'retry-after': '15' },
  sign_in_unavailable: { 'retry-after': '5' },
};

/** Returns the problem document of a code. */
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
