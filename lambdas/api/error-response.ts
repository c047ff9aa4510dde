import type { Logger } from '@aws-lambda-powertools/logger';
import { HTTPException } from 'hono/http-exception';
import type * as z from 'zod';
import type { ProblemCode } from '../contracts/api/problem-codes.ts';
import { isResuming } from '../runtime/database-resuming.ts';
import { describeError } from '../runtime/logger.ts';
import { jsonPointer } from './json-pointer.ts';
import { problemResponse, ProblemError } from './problems.ts';

/** Returns the response to an error. An unexpected error is logged, and the response discloses nothing about it. */
export function errorResponse(error: unknown, logger: Logger, request: Record<string, unknown>): Response {
  if (error instanceof ProblemError) return problemResponse(error.code, error.options);
  if (error instanceof HTTPException) {
    if (error.status === 415) return problemResponse('unsupported_media_type');
    if (error.status === 400) return problemResponse('malformed_json');
  }
  if (isResuming(error)) return problemResponse('catalog_resuming');
  logger.error('request failed', { ...request, error: describeError(error) });
  return problemResponse('internal_error');
}

const NOT_FOUND: Readonly<Record<string, ProblemCode>> = { videoId: 'video_not_found', uploadId: 'upload_not_found' };

/**
 * Throws the problem of an invalid request. A malformed id is reported as not found.
 *
 * @param target part of the request as Hono's validators name it: `json`, `query`, `header` or `param`
 */
export function throwInvalidRequest(target: string, error: z.ZodError): never {
  const [first] = error.issues;
  if (target === 'param') throw new ProblemError(NOT_FOUND[String(first?.path[0])] ?? 'not_found');
  const pointerTo = (path: readonly PropertyKey[]): string =>
    target === 'json' ? jsonPointer(path) : `${target === 'header' ? 'header:' : '?'}${String(path[0])}`;
  const errors = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: pointerTo([...issue.path, key]),
          detail: `'${key}' is not a known field; ${issue.message}`,
        }))
      : [{ pointer: pointerTo(issue.path), detail: issue.message }],
  );
  throw new ProblemError('invalid_request', { errors });
}
