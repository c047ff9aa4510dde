import type { Matcher } from '../eventbridge/pattern.ts';
import { REGION } from '../cloud/account.ts';
import { parseJsonOrText } from '../cloud/parse-json.ts';
import { md5OfBody, type ReceivedMessage } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';
import { listSystemAttributes } from '../sqs/received-message.ts';
import { ThrottledError } from './account-concurrency.ts';
import { findFailedMessageIds } from './find-failed-message-ids.ts';
import { PoolClosedError } from './function-pool.ts';
import { MAX_SYNCHRONOUS_BYTES, type Outcome } from './invocation.ts';

export interface SqsEventSourceOptions {
  readonly queue: Queue;
  readonly batchSize: number;
  /** Maximum time to fill a batch. */
  readonly windowSeconds: number;
  /** Maximum concurrent batches. */
  readonly concurrency: number;
  /** Filters; a message that matches none is deleted. @default all messages match */
  readonly filters?: readonly Matcher[] | undefined;
  /** Whether the function's response names the failed messages. */
  readonly reportsFailures: boolean;
  /**
   * Invokes the function, again while it is throttled.
   *
   * @param until end of the batch's visibility timeout, in milliseconds since the epoch
   * @throws ThrottledError if it is throttled until then
   */
  readonly invoke: (payload: Buffer, until: number) => Promise<Outcome>;
  /** Receives an error of the queue, such as that of a full disk; the messages are received again. */
  readonly onError: (error: unknown) => void;
}

/** Limit of a batch's bodies, below that of the event, since JSON enlarges them. */
const MAX_BATCH_BYTES = MAX_SYNCHRONOUS_BYTES / 2;

/**
 * Invokes a function with the messages of a queue. Failed messages stay in the queue, invisible until their visibility
 * timeout ends, and so do those whose function is throttled until then.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class SqsEventSource {
  readonly #options: SqsEventSourceOptions;
  readonly #stopping = new AbortController();
  readonly #batches = new Set<Promise<void>>();
  #polling: Promise<void> | undefined;

  constructor(options: SqsEventSourceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#polling ??= this.#poll();
  }

  /** Stops receiving messages; running batches continue. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
  }

  /** Resolves when all running batches have ended. */
  async waitUntilSettled(): Promise<void> {
    await Promise.all(this.#batches);
  }

  async #poll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (this.#batches.size >= this.#options.concurrency) {
        await Promise.race(this.#batches);
        continue;
      }
      const messages = await this.#gather();
      // The wait has no timeout: the queue was closed, or the source stops.
      if (messages.length === 0) return;
      const batch = this.#process(messages)
        .catch((error: unknown) => this.#options.onError(error))
        .finally(() => this.#batches.delete(batch));
      this.#batches.add(batch);
    }
  }

  async #gather(): Promise<readonly ReceivedMessage[]> {
    const { queue, batchSize, windowSeconds } = this.#options;
    const { signal } = this.#stopping;
    // The first message must stay invisible while the batch fills.
    const visibilityTimeoutSeconds = queue.settings.visibilityTimeoutSeconds + windowSeconds;
    const messages: ReceivedMessage[] = [];
    let maxBytes = MAX_BATCH_BYTES;
    let deadline = Infinity;
    do {
      const waitMs = deadline - Date.now();
      const max = batchSize - messages.length;
      const more = await queue.receiveMessages({
        max,
        maxBytes,
        waitMs,
        visibilityTimeoutSeconds,
        signal,
        inMemory: true,
      });
      if (more.length === 0) break;
      messages.push(...more);
      maxBytes -= more.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
      deadline = Math.min(deadline, Date.now() + windowSeconds * 1000);
    } while (messages.length < batchSize && maxBytes > 0 && Date.now() < deadline && !signal.aborted);
    return messages;
  }

  async #process(messages: readonly ReceivedMessage[]): Promise<void> {
    const { queue, filters, invoke, reportsFailures } = this.#options;
    const wanted = messages.filter((message) => filters?.some((matches) => matches(toFilterInput(message))) ?? true);
    const dropped = messages.filter((message) => !wanted.includes(message));
    await Promise.all(dropped.map(({ receiptHandle }) => queue.delete(receiptHandle)));
    if (wanted.length === 0) return;
    const records = wanted.map((message) => toRecord(message, queue.settings.arn));
    let outcome: Outcome;
    try {
      const until = Math.min(...wanted.map(({ visibleAt }) => visibleAt));
      outcome = await invoke(Buffer.from(JSON.stringify({ Records: records })), until);
    } catch (error) {
      // A shutdown makes the messages visible at once; after any other error the visibility timeout delays the retry.
      if (error instanceof PoolClosedError) for (const { receiptHandle } of wanted) queue.release(receiptHandle);
      // A throttled receive counts.
      if (error instanceof ThrottledError) await queue.recordReceives(wanted.map(({ receiptHandle }) => receiptHandle));
      return;
    }
    const failed = findFailedMessageIds(
      outcome,
      wanted.map(({ id }) => id),
      reportsFailures,
    );
    await Promise.all([
      queue.recordReceives(wanted.filter(({ id }) => failed.has(id)).map(({ receiptHandle }) => receiptHandle)),
      ...wanted.filter(({ id }) => !failed.has(id)).map(({ receiptHandle }) => queue.delete(receiptHandle)),
    ]);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function toRecord(message: ReceivedMessage, queueArn: string): Readonly<Record<string, unknown>> {
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: listSystemAttributes(message),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType,
          stringValue: StringValue,
          binaryValue: BinaryValue,
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: md5OfBody(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}

/** Returns the record with a JSON body parsed, as filters receive it. */
function toFilterInput(message: ReceivedMessage): Readonly<Record<string, unknown>> {
  const record = toRecord(message, '');
  return { ...record, body: parseJsonOrText(message.body) };
}
