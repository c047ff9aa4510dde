import {
  type RedriveRequest,
  type RedriveResponse,
  redriveResponseSchema,
  type RedrivenVideo,
} from '../../lambdas/contracts/redrive.ts';
import { countNouns } from '../cloud/count-nouns.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Deployment } from './deployment.ts';

const OUTPUT = 'RedriveFunctionName';

const OUTCOMES: Readonly<Record<RedrivenVideo['outcome'], string>> = {
  retried: 'retried',
  would_retry: 'would be retried',
  running: 'is in progress already',
  not_failed: 'has not failed',
  replaced: 'was replaced by a newer upload',
  not_found: 'no longer exists',
};

/** Outcomes after which there is nothing left to do. */
const DONE: ReadonlySet<RedrivenVideo['outcome']> = new Set(['retried', 'would_retry', 'running']);

/**
 * Redrives videos or dead letters, and prints each with its outcome.
 *
 * @param json prints all responses as one JSON document instead
 * @returns the exit status
 * @throws Error if the function refuses the request
 */
export async function redrive(
  deployment: Deployment,
  request: RedriveRequest,
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
): Promise<0 | 1> {
  const result: RedriveResponse[] = [];
  const print = (text: string): void => (json ? undefined : terminal.line(text));
  let status: 0 | 1 = 0;
  for await (const response of respond(deployment, request)) {
    result.push(response);
    const count = result.reduce((sum, each) => sum + countOf(each), 0);
    if (response.type === 'videos') {
      for (const { videoId, key, code, outcome } of response.videos) {
        print(`${videoId}  ${OUTCOMES[outcome]}${code === null ? '' : ` (${code})`}  ${key}`);
        if (!DONE.has(outcome)) status = 1;
      }
    } else if (response.type === 'dead-letters') {
      const verb = request.dryRun ? 'would be moved' : 'moved';
      for (const { messageId, about, sentAt } of response.letters) print(`${messageId}  ${verb}  ${about}, sent ${sentAt}`);
      if (response.inFlight > 0) status = 1;
    }
    if (!json) terminal.progress(`${count} so far`);
  }
  if (json) terminal.line(JSON.stringify(result, null, 2));
  else {
    terminal.progress('');
    for (const text of summarize(result, request)) terminal.line(text);
  }
  return status;
}

/** Yields a response for each page. */
async function* respond(deployment: Deployment, request: RedriveRequest): AsyncGenerator<RedriveResponse> {
  let next: RedriveRequest | undefined = request;
  while (next !== undefined) {
    const response: RedriveResponse = redriveResponseSchema.parse(await deployment.invoke(OUTPUT, next));
    if (response.type === 'refusal') throw new Error(response.message);
    yield response;
    next = followUp(request, response);
  }
}

function followUp(request: RedriveRequest, response: RedriveResponse): RedriveRequest | undefined {
  if (request.type === 'failed' && response.type === 'videos' && response.next !== undefined)
    return { ...request, after: response.next };
  // A dry run would see the same dead letters again.
  const hasMore = response.type === 'dead-letters' && response.hasMore && response.letters.length > 0;
  return hasMore && !request.dryRun ? request : undefined;
}

function countOf(response: RedriveResponse): number {
  if (response.type === 'videos') return response.videos.length;
  return response.type === 'dead-letters' ? response.letters.length : 0;
}

function summarize(responses: readonly RedriveResponse[], request: RedriveRequest): readonly string[] {
  const count = responses.reduce((sum, response) => sum + countOf(response), 0);
  const dry = request.dryRun ? ' This was a dry run: nothing was changed.' : '';
  if (request.type !== 'queue') return [`${countNouns(count, 'video')}.${dry}`];
  const last = responses.at(-1);
  const { others, inFlight } = last?.type === 'dead-letters' ? last : { others: 0, inFlight: 0 };
  return [
    `${countNouns(count, 'dead letter')} of ${request.queue}.${dry}`,
    ...(others > 0 ? [`${others} of other queues ${others === 1 ? 'stays' : 'stay'}.`] : []),
    ...(inFlight > 0 ? [`A function was handling ${inFlight} more; run this again in six minutes.`] : []),
  ];
}
