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
import { type DeniedRetryOptions, retryWhileDenied } from './retry-while-denied.ts';

/** Attributes for `Fn::GetAtt`. */
export interface CustomResourceResult {
  readonly data?: Readonly<Record<string, string>>;
  /** Whether the console and events mask the data. */
  readonly noEcho?: boolean;
  /** Name of a created resource, if only its creation shows it; without effect on updates. @default as `physicalId` */
  readonly physicalId?: string;
}

type Outcome = CustomResourceResult | undefined | void;

/**
 * Implementation of a custom resource. CloudFormation repeats a request if it misses the response, so each hook must be
 * idempotent. After a failed create it requests a delete, so `onDelete` must also accept a missing resource.
 */
export interface CustomResourceHooks {
  onCreate(event: CloudFormationCustomResourceCreateEvent): Promise<Outcome>;
  onUpdate(event: CloudFormationCustomResourceUpdateEvent): Promise<Outcome>;
  /** @default nothing is deleted */
  onDelete?(event: CloudFormationCustomResourceDeleteEvent): Promise<void>;
  /**
   * Names the created resource. Updates and deletes respond with the name they received: any other name would make
   * CloudFormation delete the old resource.
   *
   * @default the logical id and a digest of the stack's id, so that a repeated create yields the same name
   */
  physicalId?(event: CloudFormationCustomResourceCreateEvent): string;
}

/** Maximum size of a response body. */
const MAX_RESPONSE_BYTES = 4096;
/** Part of the function's time that is reserved for responding about a hook that never ends. */
const RESPONSE_RESERVE_MS = 10_000;
const PUT_ATTEMPTS = 6;
const FIRST_RETRY_MS = 100;

interface ResourceResponse extends CustomResourceResult {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly reason?: string;
}

/**
 * Returns a Lambda handler that runs hooks under CloudFormation's protocol for custom resources. It always responds,
 * with the reason if a hook fails or exceeds the function's time: a request without a response blocks the deployment
 * for an hour. A hook whose request AWS denies is repeated for a minute.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 *
 * @throws Error if the response cannot be delivered, so that Lambda invokes the function again
 */
export function customResource(hooks: CustomResourceHooks, options: DeniedRetryOptions = {}) {
  return async (event: CloudFormationCustomResourceEvent, context: Context): Promise<void> => {
    const response = await withinTime(runHook(hooks, event, options), context.getRemainingTimeInMillis() - RESPONSE_RESERVE_MS);
    const physicalId = (event.RequestType === 'Create' ? response.physicalId : undefined) ?? physicalIdOf(hooks, event);
    await putResponse(event.ResponseURL, responseBody(event, physicalId, response));
  };
}

async function runHook(
  hooks: CustomResourceHooks,
  event: CloudFormationCustomResourceEvent,
  options: DeniedRetryOptions,
): Promise<ResourceResponse> {
  const run = async (): Promise<Outcome> => {
    if (event.RequestType === 'Create') return hooks.onCreate(event);
    if (event.RequestType === 'Update') return hooks.onUpdate(event);
    return hooks.onDelete?.(event);
  };
  try {
    return { status: 'SUCCESS', ...(await retryWhileDenied(run, options)) };
  } catch (error) {
    return { status: 'FAILED', reason: reasonOf(error) };
  }
}

async function withinTime(work: Promise<ResourceResponse>, limitMs: number): Promise<ResourceResponse> {
  const done = new AbortController();
  const late = sleep<ResourceResponse>(
    Math.max(limitMs, 0),
    { status: 'FAILED', reason: 'The function timed out; its work may still be in progress.' },
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

function responseBody(
  event: CloudFormationCustomResourceEvent,
  physicalId: string,
  response: ResourceResponse,
): string {
  const body = JSON.stringify({
    Status: response.status,
    Reason: response.reason,
    PhysicalResourceId: physicalId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: response.noEcho,
    Data: response.data,
  });
  if (Buffer.byteLength(body) <= MAX_RESPONSE_BYTES) return body;
  const reason = `The attributes exceed CloudFormation’s maximum response of ${MAX_RESPONSE_BYTES} bytes.`;
  return responseBody(event, physicalId, { status: 'FAILED', reason });
}

/**
 * Sends the response. Its URL is presigned for a PUT without a content type; a binary body keeps `fetch` from adding
 * one.
 */
async function putResponse(url: string, body: string): Promise<void> {
  let waitMs = FIRST_RETRY_MS;
  for (let attempt = 1; ; attempt += 1) {
    const problem = await putOnce(url, body);
    if (problem === undefined) return;
    if (attempt === PUT_ATTEMPTS) throw new Error(`CloudFormation did not accept the response: ${problem}`);
    await sleep(waitMs);
    waitMs *= 2;
  }
}

/** @returns the error; never the URL, whose query is a credential */
async function putOnce(url: string, body: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(RESPONSE_RESERVE_MS / 2);
    const response = await fetch(url, { method: 'PUT', body: Buffer.from(body), signal });
    await response.arrayBuffer();
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'no connection';
  }
}
