import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { deliver, DeliveryRefusedError, textAttributes } from '../cloud/deliver.ts';
import type { Directory } from '../cloud/directory.ts';
import { Journal } from '../durable/journal.ts';
import type { Outcome } from './invocation.ts';
import { PoolClosedError } from './function-pool.ts';

/**
 * What becomes of a function's events.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
export interface AsyncSettings {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onSuccessArn?: string | undefined;
  readonly onFailureArn?: string | undefined;
  /** Takes the bare event of a failure. */
  readonly deadLetterArn?: string | undefined;
}

const eventSchema = z.object({
  functionArn: z.string(),
  payload: z.string(),
  /** Milliseconds since the epoch. */
  receivedAt: z.number(),
  attempts: z.number(),
  /** Not tried before this moment. */
  notBefore: z.number(),
});
type Event = Readonly<z.infer<typeof eventSchema>>;

/** Events by the id of their request. */
export type EventJournal = Journal<Event>;

export function openEventJournal(path: string): Promise<EventJournal> {
  return Journal.open(path, eventSchema);
}

export interface AsyncInvocationsOptions {
  readonly journal: EventJournal;
  readonly directory: Directory;
  /** Wait before each further attempt; the last holds for all that follow. */
  readonly retryDelaysMs: readonly number[];
  /** Undefined if there is no such function any more. */
  readonly settingsOf: (functionArn: string) => AsyncSettings | undefined;
  readonly invoke: (functionArn: string, requestId: string, payload: Buffer) => Promise<Outcome>;
}

/** Events on their way to functions, kept until the function has done with them or they were given up. */
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

  /** Resolves once the event is kept. */
  async add(functionArn: string, payload: string): Promise<string> {
    const requestId = randomUUID();
    const now = Date.now();
    const event = { functionArn, payload, receivedAt: now, attempts: 0, notBefore: now };
    await this.#journal.set(requestId, event);
    this.#schedule(requestId, event);
    return requestId;
  }

  /** Begins to invoke, with what an earlier start left. */
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
        // The template no longer has the function. Should it come back, the event is still there at the next start.
        return;
      }
      const attempts = event.attempts + 1;
      const outcome = await invoke(event.functionArn, requestId, Buffer.from(event.payload));
      const expired = Date.now() - event.receivedAt > settings.maximumEventAgeSeconds * 1000;
      if (outcome.error !== undefined && attempts <= settings.maximumRetryAttempts && !expired) {
        const notBefore = Date.now() + (retryDelaysMs[attempts - 1] ?? retryDelaysMs.at(-1) ?? 0);
        const retried = { ...event, attempts, notBefore };
        await this.#journal.set(requestId, retried);
        this.#schedule(requestId, retried);
        return;
      }
      const condition = outcome.error === undefined ? 'Success' : expired ? 'EventAgeExceeded' : 'RetriesExhausted';
      await this.#passOn(requestId, { ...event, attempts }, settings, outcome, condition);
      await this.#journal.delete(requestId);
    } catch (error) {
      // Nothing came of it: the event stays as it is, for the next start or a moment later.
      if (!(error instanceof PoolClosedError)) this.#schedule(requestId, { ...event, notBefore: Date.now() + 1000 });
    }
  }

  async #passOn(
    requestId: string,
    event: Event,
    settings: AsyncSettings,
    outcome: Outcome,
    condition: string,
  ): Promise<void> {
    const { onSuccessArn, onFailureArn, deadLetterArn } = settings;
    const destination = outcome.error === undefined ? onSuccessArn : onFailureArn;
    if (destination !== undefined) {
      await this.#send(destination, {
        body: record(requestId, event, outcome, condition),
        sourceArn: event.functionArn,
      });
    }
    if (outcome.error !== undefined && deadLetterArn !== undefined) {
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
      const attributes = textAttributes({
        RequestID: requestId,
        ErrorCode: '200',
        ErrorMessage: outcome.error.message.slice(0, 1024),
      });
      await this.#send(deadLetterArn, { body: event.payload, sourceArn: event.functionArn, attributes });
    }
  }

  /** As on AWS, what a destination refuses is lost. */
  async #send(arn: string, delivery: Parameters<typeof deliver>[2]): Promise<void> {
    try {
      await deliver(this.#options.directory, arn, delivery);
    } catch (error) {
      if (!(error instanceof DeliveryRefusedError)) throw error;
    }
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function record(requestId: string, event: Event, { error, payload }: Outcome, condition: string): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${event.functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: parsed(event.payload),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', ...(error && { functionError: 'Unhandled' }) },
    responsePayload: parsed(payload.toString()),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
