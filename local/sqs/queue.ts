import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { ApiError } from '../aws-api/api-error.ts';
import type { MessageReceiver, Delivery } from '../cloud/directory.ts';
import { DeliveryRefusedError } from '../cloud/deliver.ts';
import { Journal } from '../durable/journal.ts';
import { messageSchema, sizeOf, type Message, type MessageAttributes, type ReceivedMessage } from './message.ts';
import { messageIdOf, newReceiptHandle } from './receipt-handle.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';

/** Attributes of a queue, with AWS's defaults filled in. */
export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  readonly maximumMessageBytes: number;
  readonly receiveWaitSeconds: number;
  readonly redrive?: { readonly deadLetters: Queue; readonly maxReceiveCount: number };
}

export interface ReceiveOptions {
  readonly max: number;
  /** Stops taking messages before their bodies exceed this together; the first is always taken. @default no limit */
  readonly maxBytes?: number;
  /** @default the queue's own */
  readonly visibilityTimeoutSeconds?: number;
  /** How long to wait for a first message. @default 0 */
  readonly waitMs?: number;
  /** Ends the wait with nothing. */
  readonly signal?: AbortSignal;
  /**
   * For a receiver that dies with this process: the receive is kept in memory alone, so that a restart offers the
   * message again at once and the receive does not count, unless `record` said that it does.
   *
   * @default false
   */
  readonly inMemory?: boolean;
}

interface Entry {
  message: Message;
  /** Makes the message visible again. */
  timer?: NodeJS.Timeout;
}

interface Waiter {
  readonly options: ReceiveOptions;
  readonly finish: (messages: readonly ReceivedMessage[]) => void;
}

/** A standard queue. What it was told to keep is on disk before the promise resolves. */
export class Queue implements MessageReceiver {
  readonly settings: QueueSettings;
  readonly #journal: Journal<Message>;
  readonly #entries = new Map<string, Entry>();
  /** Ids of the messages that may be received now, the longest visible first. */
  readonly #visible = new Set<string>();
  readonly #waiters = new Set<Waiter>();
  readonly #burials = new Set<Promise<void>>();
  #closed = false;

  private constructor(settings: QueueSettings, journal: Journal<Message>) {
    this.settings = settings;
    this.#journal = journal;
    for (const message of journal.entries.values()) this.#hide({ message });
  }

  static async open(path: string, settings: QueueSettings): Promise<Queue> {
    return new Queue(settings, await Journal.open(path, messageSchema));
  }

  /** Messages from other services. @throws DeliveryRefusedError if the queue can never take it */
  async receive({ body, attributes = {}, sourceArn = 'unknown' }: Delivery): Promise<void> {
    try {
      await this.send({ body, attributes, senderId: sourceArn });
    } catch (error) {
      if (error instanceof ApiError) throw new DeliveryRefusedError(error.code, error.message);
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
    if (body === '') throw invalidParameter('The request must contain the parameter MessageBody.');
    if (sizeOf(body, attributes) > limit) {
      throw invalidParameter(
        `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
      );
    }
    const now = Date.now();
    const kept = {
      id: randomUUID(),
      body,
      attributes,
      senderId,
      sentAt: now,
      visibleAt: now + delaySeconds * 1000,
      receiveCount: 0,
    };
    await this.adopt(kept);
    return kept;
  }

  /** Takes a message over as it is, once even if it is handed over twice. */
  async adopt(message: Message): Promise<void> {
    await this.#journal.set(message.id, message);
    this.#clearTimer(message.id);
    this.#visible.delete(message.id);
    this.#hide({ message });
  }

  async receiveMessages(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const messages = await this.#await(options);
    if (options.inMemory !== true) await this.#keep(messages);
    return messages;
  }

  /** Makes unrecorded receives count, also after a restart: their receiver has had its try. */
  async recordReceives(receiptHandles: readonly string[]): Promise<void> {
    const entries = receiptHandles.map((handle) => this.#held(handle)).filter((entry) => entry !== undefined);
    await this.#keep(entries.map(({ message }) => message));
  }

  /** A handle that a later receive has replaced deletes nothing. @throws ApiError `ReceiptHandleIsInvalid` */
  async delete(receiptHandle: string): Promise<void> {
    const entry = this.#held(receiptHandle);
    if (entry === undefined) return;
    this.#forget(entry.message.id);
    await this.#journal.delete(entry.message.id);
  }

  /** @throws ApiError `MessageNotInflight`, `ReceiptHandleIsInvalid` */
  async changeVisibility(receiptHandle: string, timeoutSeconds: number): Promise<void> {
    const entry = this.#held(receiptHandle);
    if (entry === undefined || this.#visible.has(entry.message.id)) {
      const message = 'The specified message is not in flight.';
      throw sqsError('MessageNotInflight', message, 'AWS.SimpleQueueService.MessageNotInflight');
    }
    this.#clearTimer(entry.message.id);
    entry.message = { ...entry.message, visibleAt: Date.now() + timeoutSeconds * 1000 };
    await this.#keep([entry.message]);
    this.#hide(entry);
  }

  /** Undoes a receive whose receiver never had its try. */
  release(receiptHandle: string): void {
    const entry = this.#held(receiptHandle);
    if (entry === undefined || this.#visible.has(entry.message.id)) return;
    this.#clearTimer(entry.message.id);
    entry.message = { ...entry.message, visibleAt: Date.now(), receiveCount: entry.message.receiveCount - 1 };
    this.#hide(entry);
  }

  async purge(): Promise<void> {
    const ids = [...this.#entries.keys()];
    for (const id of ids) this.#forget(id);
    await Promise.all(ids.map((id) => this.#journal.delete(id)));
  }

  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const hidden = [...this.#entries.values()].filter(({ message }) => !this.#visible.has(message.id));
    const delayed = hidden.filter(({ message }) => message.receiveCount === 0).length;
    return { visible: this.#visible.size, inFlight: hidden.length - delayed, delayed };
  }

  /** Ends every wait with nothing; nothing may be sent or received afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { finish } of this.#waiters) finish([]);
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    await Promise.all(this.#burials);
    await this.#journal.close();
  }

  #await(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const { waitMs = 0, signal } = options;
    const messages = this.#closed || signal?.aborted ? [] : this.#receiveNow(options);
    if (messages.length > 0 || waitMs === 0 || this.#closed || signal?.aborted) return Promise.resolve(messages);
    return new Promise((resolve) => {
      const giveUp = (): void => waiter.finish([]);
      const timer = Number.isFinite(waitMs) ? setTimeout(giveUp, waitMs) : undefined;
      const waiter: Waiter = {
        options,
        finish: (found) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', giveUp);
          this.#waiters.delete(waiter);
          resolve(found);
        },
      };
      if (signal !== undefined) setMaxListeners(0, signal);
      signal?.addEventListener('abort', giveUp);
      this.#waiters.add(waiter);
    });
  }

  #receiveNow(options: ReceiveOptions): ReceivedMessage[] {
    const { max, maxBytes = Infinity, visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds } = options;
    const { redrive: redrive, retentionSeconds } = this.settings;
    const now = Date.now();
    const received: ReceivedMessage[] = [];
    let bytes = 0;
    for (const id of this.#visible) {
      if (received.length >= max) break;
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      if (entry.message.sentAt + retentionSeconds * 1000 <= now) {
        this.#forget(id);
        void this.#journal.delete(id);
        continue;
      }
      if (redrive !== undefined && entry.message.receiveCount >= redrive.maxReceiveCount) {
        this.#bury(entry.message, redrive.deadLetters);
        continue;
      }
      bytes += sizeOf(entry.message.body, entry.message.attributes);
      if (received.length > 0 && bytes > maxBytes) break;
      const message = {
        ...entry.message,
        receiveCount: entry.message.receiveCount + 1,
        firstReceivedAt: entry.message.firstReceivedAt ?? now,
        receiptHandle: newReceiptHandle(id),
        visibleAt: now + visibilityTimeoutSeconds * 1000,
      };
      this.#visible.delete(id);
      entry.message = message;
      // Even without a timeout it comes back later, and not in the middle of this receive.
      this.#showLater(entry);
      received.push(message);
    }
    return received;
  }

  /** Keeps the message out of sight until its time, then offers it to whoever waits. */
  #hide(entry: Entry): void {
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

  /** The dead-letter queue has it before this one forgets it: a crash between the two leaves it in both. */
  #bury(message: Message, deadLetters: Queue): void {
    this.#visible.delete(message.id);
    const { receiptHandle: _handle, firstReceivedAt: _first, ...rest } = message;
    const dead = { ...rest, receiveCount: 0, visibleAt: Date.now(), deadLetterSourceArn: this.settings.arn };
    const burial = deadLetters
      .adopt(dead)
      .then(() => {
        this.#forget(message.id);
        return this.#journal.delete(message.id);
      })
      .catch(() => {
        // It could not be written; the next receive tries again.
        this.#visible.add(message.id);
      })
      .finally(() => this.#burials.delete(burial));
    this.#burials.add(burial);
  }

  /** The entry whose latest receive has this handle. */
  #held(receiptHandle: string): Entry | undefined {
    const entry = this.#entries.get(messageIdOf(receiptHandle));
    return entry?.message.receiptHandle === receiptHandle ? entry : undefined;
  }

  async #keep(messages: readonly Message[]): Promise<void> {
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
