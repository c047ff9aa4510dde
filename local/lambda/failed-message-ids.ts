import { z } from 'zod';
import type { Outcome } from './invocation.ts';

const answerSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish();

/**
 * Ids of the messages of a batch that are to be tried again: all, none, or those that the function's answer names.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessageIds(outcome: Outcome, ids: readonly string[], reportsFailures: boolean): ReadonlySet<string> {
  const all = new Set(ids);
  if (outcome.error !== undefined) return all;
  if (!reportsFailures) return new Set();
  const answer = answerSchema.safeParse(parseJson(outcome.payload.toString()));
  if (!answer.success) return all;
  const named = answer.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];
  // An id that is not of the batch makes the whole answer worthless.
  return named.every((id) => all.has(id)) ? new Set(named) : all;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
