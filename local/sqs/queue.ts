import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { ApiError } from '../aws-api/api-error.ts';
import type { MessageReceiver, Delivery } from '../cloud/directory.ts';
import { DeliveryRejectedError } from '../cloud/deliver.ts';
import { Journal } from '../durable/journal.ts';
import { messageSchema, sizeOf, type Message, type MessageAttributes, type ReceivedMessage } from './message.ts';
import { parseReceiptHandle, makeReceiptHandle } from './receipt-handle.ts';
import { invalidParameterError, sqsError } from './sqs-error.ts';

/** Attributes of a queue, including AWS's defaults. */
export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  readonly maximumMessageBytes: number;
  readonly receiveWaitSeconds: number;
  readonly redrive?: { readonly deadLetterQueue: Queue; readonly maxReceiveCount: number };
}

interface ReceiveOptions {
  readonly max: number;
  /** Limit of all bodies together; the first message is received whatever its size. @default no limit */
  readonly maxBytes?: number;
  /** @default the queue's own */
  readonly visibilityTimeoutSeconds?: number;
  /** Time to wait for a first message. @default 0 */
  readonly waitMs?: number;
  /** Ends the wait without messages. */
  readonly signal?: AbortSignal;
  /**
   * Whether the receive is held in memory only, for a receiver that ends with this process: after a restart the message
   * is visible at once, and the receive does not count unless `recordReceives` stored it.
   *
   * @default false
   */
  readonly inMemory?: boolean;
}

/**
 * Receives up to which a message counts for the age of the oldest one. SQS moves a message that is received "three or more
 * times" behind all others, by one sentence of its page, and leaves out those "received more than three times", by another.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const MAX_COUNTED_RECEIVES = 2;

interface Entry {
  message: Message;
  /** Timer that makes the message visible again. */
  timer?: NodeJS.Timeout;
}

interface Waiter {
  readonly options: ReceiveOptions;
  readonly finish: (messages: readonly ReceivedMessage[]) => void;
}

/** A standard queue. Promises of changes resolve once the change is on disk. */
export class Queue implements MessageReceiver {
  readonly settings: QueueSettings;
  readonly #journal: Journal<Message>;
  readonly #entries = new Map<string, Entry>();
  /** Ids of the visible messages, the longest visible first. */
  readonly #visible = new Set<string>();
  readonly #waiters = new Set<Waiter>();
  readonly #deadLettering = new Set<Promise<void>>();
  #closed = false;

  private constructor(settings: QueueSettings, journal: Journal<Message>) {
    this.settings = settings;
    this.#journal = journal;
    for (const message of journal.entries.values()) this.#showWhenDue({ message });
  }

  /** @param onRepair as for a journal */
  static async open(path: string, settings: QueueSettings, onRepair?: (message: string) => void): Promise<Queue> {
    const holds = `the messages of queue ${settings.name}`;
    return new Queue(settings, await Journal.open(path, messageSchema, { holds, ...(onRepair && { onRepair }) }));
  }

  /** Sends a message of another service. @throws DeliveryRejectedError if the queue can never store it */
  async receive({ body, attributes = {}, sourceArn = 'unknown' }: Delivery): Promise<void> {
    try {
      await this.send({ body, attributes, senderId: sourceArn });
    } catch (error) {
      if (error instanceof ApiError) throw new DeliveryRejectedError(error.code, error.message);
      throw error;
    }
  }

  /** @throws ApiError `InvalidParameterValueException` */
  async send(message: {
    readonly body: string;
    readonly attributes?: MessageAttributes;
    readonly senderId: string;
    readonly delaySeconds?: number;
  }): Promise<Message> {
    const { body, attributes = {}, senderId, delaySeconds = this.settings.delaySeconds } = message;
    const limit = this.settings.maximumMessageBytes;
    if (body === '') throw invalidParameterError('The request must contain the parameter MessageBody.');
    if (sizeOf(body, attributes) > limit) {
      throw invalidParameterError(
        `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
      );
    }
    const now = Date.now();
    const stored = {
      id: randomUUID(),
      body,
      attributes,
      senderId,
      sentAt: now,
      visibleAt: now + delaySeconds * 1000,
      receiveCount: 0,
    };
    await this.adopt(stored);
    return stored;
  }

  /** Stores a message under its own id, once even if it is adopted twice. */
  async adopt(message: Message): Promise<void> {
    await this.#journal.set(message.id, message);
    this.#clearTimer(message.id);
    this.#visible.delete(message.id);
    this.#showWhenDue({ message });
  }

  async receiveMessages(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const messages = await this.#awaitMessages(options);
    if (options.inMemory !== true) await this.#store(messages);
    return messages;
  }

  /** Makes receives in memory count after a restart too, since their receiver has processed the messages. */
  async recordReceives(receiptHandles: readonly string[]): Promise<void> {
    const entries = receiptHandles.map((handle) => this.#findHeld(handle)).filter((entry) => entry !== undefined);
    await this.#store(entries.map(({ message }) => message));
  }

  /** Deletes a message; without effect if a later receive replaced the handle. @throws ApiError `ReceiptHandleIsInvalid` */
  async delete(receiptHandle: string): Promise<void> {
    const entry = this.#findHeld(receiptHandle);
    if (entry === undefined) return;
    const { id } = entry.message;
    this.#forget(id);
    try {
      await this.#journal.delete(id);
    } catch (error) {
      // A message that was not deleted is received again.
      this.#showWhenDue(entry);
      throw error;
    }
  }

  /** @throws ApiError `MessageNotInflight`, `ReceiptHandleIsInvalid` */
  async changeVisibility(receiptHandle: string, timeoutSeconds: number): Promise<void> {
    const entry = this.#findHeld(receiptHandle);
    if (entry === undefined || this.#visible.has(entry.message.id)) {
      const message = 'The specified message is not in flight.';
      throw sqsError('MessageNotInflight', message, 'AWS.SimpleQueueService.MessageNotInflight');
    }
    this.#clearTimer(entry.message.id);
    entry.message = { ...entry.message, visibleAt: Date.now() + timeoutSeconds * 1000 };
    await this.#store([entry.message]);
    this.#showWhenDue(entry);
  }

  /** Reverts a receive whose receiver never processed the message. */
  release(receiptHandle: string): void {
    const entry = this.#findHeld(receiptHandle);
    if (entry === undefined || this.#visible.has(entry.message.id)) return;
    this.#clearTimer(entry.message.id);
    entry.message = { ...entry.message, visibleAt: Date.now(), receiveCount: entry.message.receiveCount - 1 };
    this.#showWhenDue(entry);
  }

  async purge(): Promise<void> {
    const ids = [...this.#entries.keys()];
    for (const id of ids) this.#forget(id);
    await Promise.all(ids.map((id) => this.#journal.delete(id)));
  }

  countMessages(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const hidden = [...this.#entries.values()].filter(({ message }) => !this.#visible.has(message.id));
    const delayed = hidden.filter(({ message }) => message.receiveCount === 0).length;
    return { visible: this.#visible.size, inFlight: hidden.length - delayed, delayed };
  }

  /**
   * Returns when the oldest message was sent, in milliseconds since the epoch; undefined without one. A message that was
   * received more than three times no longer counts.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
   */
  findOldestSentAt(): number | undefined {
    const counted = [...this.#entries.values()].filter(({ message }) => message.receiveCount <= MAX_COUNTED_RECEIVES);
    return counted.length === 0 ? undefined : Math.min(...counted.map(({ message }) => message.sentAt));
  }

  /** Ends every wait without messages. No message may be sent or received afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { finish } of this.#waiters) finish([]);
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    await Promise.all(this.#deadLettering);
    await this.#journal.close();
  }

  #awaitMessages(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const { waitMs = 0, signal } = options;
    const messages = this.#closed || signal?.aborted ? [] : this.#receiveNow(options);
    if (messages.length > 0 || waitMs === 0 || this.#closed || signal?.aborted) return Promise.resolve(messages);
    return new Promise((resolve) => {
      const cancel = (): void => waiter.finish([]);
      const timer = Number.isFinite(waitMs) ? setTimeout(cancel, waitMs) : undefined;
      const waiter: Waiter = {
        options,
        finish: (found) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', cancel);
          this.#waiters.delete(waiter);
          resolve(found);
        },
      };
      if (signal !== undefined) setMaxListeners(0, signal);
      signal?.addEventListener('abort', cancel);
      this.#waiters.add(waiter);
    });
  }

  #receiveNow(options: ReceiveOptions): ReceivedMessage[] {
    const { max, maxBytes = Infinity, visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds } = options;
    const { redrive, retentionSeconds } = this.settings;
    const now = Date.now();
    const received: ReceivedMessage[] = [];
    let bytes = 0;
    for (const id of this.#visible) {
      if (received.length >= max) break;
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      if (entry.message.sentAt + retentionSeconds * 1000 <= now) {
        this.#forget(id);
        // If this fails, the next start deletes it.
        this.#journal.delete(id).catch(() => undefined);
        continue;
      }
      if (redrive !== undefined && entry.message.receiveCount >= redrive.maxReceiveCount) {
        this.#deadLetter(entry.message, redrive.deadLetterQueue);
        continue;
      }
      bytes += sizeOf(entry.message.body, entry.message.attributes);
      if (received.length > 0 && bytes > maxBytes) break;
      const message = {
        ...entry.message,
        receiveCount: entry.message.receiveCount + 1,
        firstReceivedAt: entry.message.firstReceivedAt ?? now,
        receiptHandle: makeReceiptHandle(id),
        visibleAt: now + visibilityTimeoutSeconds * 1000,
      };
      this.#visible.delete(id);
      entry.message = message;
      // Even with a timeout of 0 it becomes visible after this receive, not during it.
      this.#showLater(entry);
      received.push(message);
    }
    return received;
  }

  /** Makes the message visible at its time, and delivers it to waiting receivers. */
  #showWhenDue(entry: Entry): void {
    const { id, visibleAt } = entry.message;
    this.#entries.set(id, entry);
    if (visibleAt <= Date.now()) this.#show(id);
    else this.#showLater(entry);
  }

  #showLater(entry: Entry): void {
    const { id, visibleAt } = entry.message;
    entry.timer = setTimeout(() => this.#show(id), Math.max(0, visibleAt - Date.now())).unref();
  }

  #show(id: string): void {
    this.#visible.add(id);
    for (const waiter of this.#waiters) {
      if (this.#visible.size === 0) return;
      const messages = this.#receiveNow(waiter.options);
      if (messages.length > 0) waiter.finish(messages);
    }
  }

  /** Stores the message in the dead-letter queue, then deletes it here: a crash between the two leaves it in both. */
  #deadLetter(message: Message, deadLetterQueue: Queue): void {
    this.#visible.delete(message.id);
    const { receiptHandle: _handle, firstReceivedAt: _first, ...unreceived } = message;
    const dead = { ...unreceived, receiveCount: 0, visibleAt: Date.now(), deadLetterSourceArn: this.settings.arn };
    const transfer = deadLetterQueue
      .adopt(dead)
      .then(() => {
        this.#forget(message.id);
        return this.#journal.delete(message.id);
      })
      .catch(() => {
        // The write failed; the next receive retries.
        this.#visible.add(message.id);
      })
      .finally(() => this.#deadLettering.delete(transfer));
    this.#deadLettering.add(transfer);
  }

  /** Returns the entry whose latest receive has this handle. */
  #findHeld(receiptHandle: string): Entry | undefined {
    const entry = this.#entries.get(parseReceiptHandle(receiptHandle));
    return entry?.message.receiptHandle === receiptHandle ? entry : undefined;
  }

  async #store(messages: readonly Message[]): Promise<void> {
    await Promise.all(messages.map((message) => this.#journal.set(message.id, message)));
  }

  #forget(id: string): void {
    this.#clearTimer(id);
    this.#visible.delete(id);
    this.#entries.delete(id);
  }

  #clearTimer(id: string): void {
    clearTimeout(this.#entries.get(id)?.timer);
  }
}
