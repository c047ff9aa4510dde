import * as z from 'zod';
import { parseJsonOrUndefined } from '../cloud/parse-json.ts';
import type { Outcome } from './invocation.ts';

const responseSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish();

/**
 * Returns the ids of a batch's messages to retry: all, none, or those that the function's response names.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function findFailedMessageIds(
  outcome: Outcome,
  ids: readonly string[],
  reportsFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(ids);
  if (outcome.error !== undefined) return all;
  if (!reportsFailures) return new Set();
  const response = responseSchema.safeParse(parseJsonOrUndefined(outcome.payload.toString()));
  if (!response.success) return all;
  const named = response.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];
  // As on AWS, one id from outside the batch makes the whole batch fail.
  return named.every((id) => all.has(id)) ? new Set(named) : all;
}
