import { type ProblemCode, PROBLEMS } from '../../lambdas/contracts/api/problem-codes.ts';

/** Returns the body with which the edge responds in place of the API, as a literal of JavaScript. */
export function problemLiteral(code: ProblemCode): string {
  return JSON.stringify(JSON.stringify({ type: `urn:sluice:problem:${code}`, ...PROBLEMS[code], code }));
}
