import type { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../contracts/api/problem-codes.ts';
import { problemSchema } from '../contracts/api/problem.ts';
import { PROBLEM_MEDIA_TYPE } from './problems.ts';

/** What a route answers in the description of the API. */

export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return {
    description,
    content: { 'application/json': { schema } },
  };
}

function problem(codes: readonly ProblemCode[]) {
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title.toLowerCase()}`).join('; '),
    content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } },
  };
}

type ProblemResponse = ReturnType<typeof problem>;

/** The refusals of a route, one entry for each status, beside those that every route may come to. */
export function refusals(...codes: readonly ProblemCode[]): Record<string, ProblemResponse> {
  const byStatus = Map.groupBy(new Set<ProblemCode>([...codes, 'internal_error']), (code) => PROBLEMS[code].status);
  return Object.fromEntries([...byStatus].map(([status, members]) => [String(status), problem(members)]));
}

/** Of routes for which one has to be signed in. */
export const SIGNED_IN_PROBLEMS = ['unauthenticated', 'invalid_token', 'sign_in_unavailable'] as const;
/** Of routes that take a body. */
export const OF_BODIES = ['invalid_request', 'malformed_json', 'body_too_large', 'unsupported_media_type'] as const;
