import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { deliver, DeliveryRejectedError, makeTextAttributes } from '../cloud/deliver.ts';
import type { Delivery, Directory } from '../cloud/directory.ts';
import { FULL_DISK_RETRY_MS, isFullDisk } from '../durable/full-disk.ts';
import { parseJsonOrText } from '../cloud/parse-json.ts';
import { Journal } from '../durable/journal.ts';
import type { Outcome } from './invocation.ts';
import { ThrottledError } from './account-concurrency.ts';
import { PoolClosedError } from './function-pool.ts';
import { throttlePauseMs } from './throttle-pauses.ts';

/**
 * Handling of a function's asynchronous events.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
export interface AsyncSettings {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onSuccessArn?: string | undefined;
  readonly onFailureArn?: string | undefined;
  /** Queue or topic that receives the bare event after the last failure. */
  readonly deadLetterArn?: string | undefined;
  /** Role of the function, with which Lambda sends to the destinations. */
  readonly roleArn: string;
}

const eventSchema = z.object({
  functionArn: z.string(),
  payload: z.string(),
  /** Milliseconds since the epoch. */
  receivedAt: z.number(),
  attempts: z.number(),
  /** Times that Lambda has throttled it since the last attempt. */
  throttles: z.number().default(0),
  /** Earliest time of the next attempt. */
  notBefore: z.number(),
});
type Event = Readonly<z.infer<typeof eventSchema>>;

/** Events by request id. */
export type EventJournal = Journal<Event>;

export function openEventJournal(path: string, onRepair: (message: string) => void): Promise<EventJournal> {
  return Journal.open(path, eventSchema, { holds: 'the asynchronous events of functions', onRepair });
}

interface AsyncInvocationsOptions {
  readonly journal: EventJournal;
  readonly directory: Directory;
  /** Delay before each retry; the last one applies to all further retries. */
  readonly retryDelaysMs: readonly number[];
  /** Returns undefined if the function no longer exists. */
  readonly settingsOf: (functionArn: string) => AsyncSettings | undefined;
  /** @throws ThrottledError */
  readonly invoke: (functionArn: string, requestId: string, payload: Buffer) => Promise<Outcome>;
  /** Receives an error other than the function's; the event is retried. @default none */
  readonly onError?: (error: unknown) => void;
}

/** Asynchronous events, stored until the function has processed them or the last attempt has failed. */
export class AsyncInvocations {
  readonly #options: AsyncInvocationsOptions;
  readonly #journal: EventJournal;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #started = false;

  constructor(options: AsyncInvocationsOptions) {
    this.#options = options;
    this.#journal = options.journal;
  }

  /** Resolves with the request id once the event is stored. */
  async add(functionArn: string, payload: string): Promise<string> {
    const requestId = randomUUID();
    const now = Date.now();
    const event = { functionArn, payload, receivedAt: now, attempts: 0, throttles: 0, notBefore: now };
    await this.#journal.set(requestId, event);
    this.#schedule(requestId, event);
    return requestId;
  }

  /** Starts invoking functions, first with the events of earlier starts. */
  start(): void {
    this.#started = true;
    for (const [requestId, event] of this.#journal.entries) this.#schedule(requestId, event);
  }

  async close(): Promise<void> {
    this.#started = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#running);
    await this.#journal.close();
  }

  #schedule(requestId: string, event: Event): void {
    if (!this.#started) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(requestId);
        const attempt = this.#attempt(requestId, event).finally(() => this.#running.delete(attempt));
        this.#running.add(attempt);
      },
      Math.max(0, event.notBefore - Date.now()),
    );
    this.#timers.set(requestId, timer.unref());
  }

  async #attempt(requestId: string, event: Event): Promise<void> {
    const { settingsOf, invoke, retryDelaysMs } = this.#options;
    try {
      const settings = settingsOf(event.functionArn);
      if (settings === undefined) {
        // The event stays stored in case a later template contains the function again.
        return;
      }
      const attempts = event.attempts + 1;
      const outcome = await invoke(event.functionArn, requestId, Buffer.from(event.payload));
      const expired = isExpired(event, settings);
      if (outcome.error !== undefined && attempts <= settings.maximumRetryAttempts && !expired) {
        const notBefore = Date.now() + (retryDelaysMs[attempts - 1] ?? retryDelaysMs.at(-1) ?? 0);
        await this.#retry(requestId, { ...event, attempts, throttles: 0, notBefore });
        return;
      }
      const condition = outcome.error === undefined ? 'Success' : expired ? 'EventAgeExceeded' : 'RetriesExhausted';
      await this.#sendToDestinations(requestId, { ...event, attempts }, settings, outcome, condition);
      await this.#journal.delete(requestId);
    } catch (error) {
      // The attempt did not run, or its outcome could not be delivered: the event stays for a retry or the next start.
      if (error instanceof PoolClosedError) return;
      if (error instanceof ThrottledError) {
        await this.#handleThrottle(requestId, event, error);
        return;
      }
      this.#options.onError?.(error);
      // On a full disk, an attempt that ran is not recorded either.
      this.#schedule(requestId, { ...event, notBefore: Date.now() + (isFullDisk(error) ? FULL_DISK_RETRY_MS : 1000) });
    }
  }

  /** Keeps a throttled event for later, which is no attempt, until it is too old. */
  async #handleThrottle(requestId: string, event: Event, { message }: ThrottledError): Promise<void> {
    const settings = this.#options.settingsOf(event.functionArn);
    if (settings === undefined) return;
    if (!isExpired(event, settings)) {
      const throttles = event.throttles + 1;
      await this.#retry(requestId, { ...event, throttles, notBefore: Date.now() + throttlePauseMs(throttles) });
      return;
    }
    const error = { type: 'TooManyRequestsException', message };
    const outcome = { payload: Buffer.from('null'), error, durationMs: 0, logTail: '' };
    await this.#sendToDestinations(requestId, event, settings, outcome, 'EventAgeExceeded');
    await this.#journal.delete(requestId);
  }

  async #retry(requestId: string, event: Event): Promise<void> {
    await this.#journal.set(requestId, event);
    this.#schedule(requestId, event);
  }

  async #sendToDestinations(
    requestId: string,
    event: Event,
    settings: AsyncSettings,
    outcome: Outcome,
    condition: string,
  ): Promise<void> {
    const { onSuccessArn, onFailureArn, deadLetterArn } = settings;
    const destination = outcome.error === undefined ? onSuccessArn : onFailureArn;
    if (destination !== undefined) {
      await this.#send(settings.roleArn, destination, {
        body: makeInvocationRecord(requestId, event, outcome, condition),
        sourceArn: event.functionArn,
      });
    }
    if (outcome.error !== undefined && deadLetterArn !== undefined) {
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
      const attributes = makeTextAttributes({
        RequestID: requestId,
        ErrorCode: '200',
        ErrorMessage: outcome.error.message.slice(0, 1024),
      });
      await this.#send(settings.roleArn, deadLetterArn, { body: event.payload, sourceArn: event.functionArn, attributes });
    }
  }

  /** Delivers to a destination. As on AWS, a rejected delivery is lost. */
  async #send(roleArn: string, arn: string, delivery: Delivery): Promise<void> {
    const sender = { service: 'lambda.amazonaws.com', role: { arn: roleArn, sessionName: 'lambda' } };
    try {
      await deliver(this.#options.directory, arn, delivery, sender);
    } catch (error) {
      if (!(error instanceof DeliveryRejectedError)) throw error;
    }
  }
}

function isExpired({ receivedAt }: Event, { maximumEventAgeSeconds }: AsyncSettings): boolean {
  return Date.now() - receivedAt > maximumEventAgeSeconds * 1000;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function makeInvocationRecord(requestId: string, event: Event, { error, payload }: Outcome, condition: string): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${event.functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: parseJsonOrText(event.payload),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', ...(error && { functionError: 'Unhandled' }) },
    responsePayload: parseJsonOrText(payload.toString()),
  });
}
