import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CloudFormationCustomResourceCreateEvent,
  CloudFormationCustomResourceDeleteEvent,
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceUpdateEvent,
  Context,
} from 'aws-lambda';
import { reasonOf } from './custom-resource-reason.ts';

/** What `Fn::GetAtt` may then ask of the resource. */
export interface CustomResourceResult {
  readonly data?: Readonly<Record<string, string>>;
  /** Shows the data as asterisks in the console and in events. */
  readonly noEcho?: boolean;
}

type Outcome = CustomResourceResult | undefined | void;

/**
 * What a custom resource does. CloudFormation repeats a request whose answer it did not see, so each of these must come
 * to the same end when it runs twice. After a failed create it asks for the delete, so `onDelete` must also accept that
 * there is nothing.
 */
export interface CustomResourceHooks {
  onCreate(event: CloudFormationCustomResourceCreateEvent): Promise<Outcome>;
  onUpdate(event: CloudFormationCustomResourceUpdateEvent): Promise<Outcome>;
  /** @default nothing is deleted */
  onDelete?(event: CloudFormationCustomResourceDeleteEvent): Promise<void>;
  /**
   * Names what is created. Updates and deletes answer with the name they were asked with: another one would make
   * CloudFormation delete the old resource.
   *
   * @default the logical id and a digest of the stack's id, so that a repeated create gives the same
   */
  physicalId?(event: CloudFormationCustomResourceCreateEvent): string;
}

/** The body of an answer may have 4,096 bytes. */
const MAX_ANSWER_BYTES = 4096;
/** Kept from the function's time so that a hook that never ends is still answered. */
const ANSWER_MS = 10_000;
const PUT_ATTEMPTS = 6;
const FIRST_RETRY_MS = 100;

interface Answer extends CustomResourceResult {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly reason?: string;
}

/**
 * A Lambda handler that carries out hooks under CloudFormation's protocol for custom resources. It always answers, with
 * the reason when a hook fails or does not end in the function's time: a request without an answer holds the deployment
 * for an hour.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 *
 * @throws Error if the answer cannot be delivered, so that Lambda invokes the function again
 */
export function customResource(hooks: CustomResourceHooks) {
  return async (event: CloudFormationCustomResourceEvent, context: Context): Promise<void> => {
    const answer = await inTime(carryOut(hooks, event), context.getRemainingTimeInMillis() - ANSWER_MS);
    await put(event.ResponseURL, answerBody(event, physicalIdOf(hooks, event), answer));
  };
}

async function carryOut(hooks: CustomResourceHooks, event: CloudFormationCustomResourceEvent): Promise<Answer> {
  try {
    if (event.RequestType === 'Create') return { status: 'SUCCESS', ...(await hooks.onCreate(event)) };
    if (event.RequestType === 'Update') return { status: 'SUCCESS', ...(await hooks.onUpdate(event)) };
    await hooks.onDelete?.(event);
    return { status: 'SUCCESS' };
  } catch (error) {
    return { status: 'FAILED', reason: reasonOf(error) };
  }
}

async function inTime(work: Promise<Answer>, limitMs: number): Promise<Answer> {
  const done = new AbortController();
  const late = sleep<Answer>(
    Math.max(limitMs, 0),
    { status: 'FAILED', reason: 'The function ran out of time before the work was done; it may still be going on.' },
    { signal: done.signal },
  );
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

function physicalIdOf(hooks: CustomResourceHooks, event: CloudFormationCustomResourceEvent): string {
  if (event.RequestType !== 'Create') return event.PhysicalResourceId;
  if (hooks.physicalId !== undefined) return hooks.physicalId(event);
  const digest = createHash('sha256').update(`${event.StackId}\n${event.LogicalResourceId}`).digest('hex');
  return `${event.LogicalResourceId}-${digest.slice(0, 16)}`;
}

function answerBody(event: CloudFormationCustomResourceEvent, physicalId: string, answer: Answer): string {
  const body = JSON.stringify({
    Status: answer.status,
    Reason: answer.reason,
    PhysicalResourceId: physicalId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: answer.noEcho,
    Data: answer.data,
  });
  if (Buffer.byteLength(body) <= MAX_ANSWER_BYTES) return body;
  const reason = `The attributes do not fit: CloudFormation takes answers of ${MAX_ANSWER_BYTES} bytes.`;
  return answerBody(event, physicalId, { status: 'FAILED', reason });
}

/** The URL is presigned for a PUT without a content type; a body of bytes keeps `fetch` from adding one. */
async function put(url: string, body: string): Promise<void> {
  let waitMs = FIRST_RETRY_MS;
  for (let attempt = 1; ; attempt += 1) {
    const problem = await putOnce(url, body);
    if (problem === undefined) return;
    if (attempt === PUT_ATTEMPTS) throw new Error(`CloudFormation did not take the answer: ${problem}`);
    await sleep(waitMs);
    waitMs *= 2;
  }
}

/** @returns what went wrong; never the URL, whose query is a credential */
async function putOnce(url: string, body: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS / 2);
    const response = await fetch(url, { method: 'PUT', body: Buffer.from(body), signal });
    await response.arrayBuffer();
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'no connection';
  }
}
