import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { regionalArn, ACCOUNT_ID } from '../cloud/account.ts';
import type { Directory } from '../cloud/directory.ts';
import { Queue, type QueueSettings } from './queue.ts';
import { queueDoesNotExistError } from './sqs-error.ts';

interface SqsOptions {
  /** Directory of one journal per queue. */
  readonly dir: string;
  readonly directory: Directory;
  /** Base URL of the AWS APIs, part of every queue's URL. */
  readonly endpoint: () => string;
  /** Receives a message about a journal that a crash left incomplete. @default none */
  readonly onRepair?: (message: string) => void;
}

/** A queue in the template; AWS's defaults complete it. */
type QueueDefinition = Pick<QueueSettings, 'name'> &
  Partial<Omit<QueueSettings, 'redrive'>> & {
    readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
  };

/** Queues of the template. */
export class Sqs {
  readonly #options: SqsOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #policies = new Map<string, unknown>();

  constructor(options: SqsOptions) {
    this.#options = options;
  }

  /** Opens a queue with its messages of earlier starts. @throws ApiError if its dead-letter queue does not exist */
  async open({ redrive, ...definition }: QueueDefinition): Promise<Queue> {
    const arn = regionalArn('sqs', definition.name);
    const settings = {
      arn,
      visibilityTimeoutSeconds: 30,
      delaySeconds: 0,
      retentionSeconds: 4 * 24 * 60 * 60,
      maximumMessageBytes: 1024 * 1024,
      receiveWaitSeconds: 0,
      ...definition,
      ...(redrive && {
        redrive: {
          deadLetterQueue: this.getByArn(redrive.deadLetterTargetArn),
          maxReceiveCount: redrive.maxReceiveCount,
        },
      }),
    };
    await this.#queues.get(definition.name)?.close();
    const queue = await Queue.open(join(this.#options.dir, `${definition.name}.journal`), settings, this.#options.onRepair);
    this.#queues.set(definition.name, queue);
    this.#options.directory.register(arn, queue);
    return queue;
  }

  /** Deletes a queue with its messages; without effect if it does not exist. */
  async delete(name: string): Promise<void> {
    const arn = regionalArn('sqs', name);
    await this.#queues.get(name)?.close();
    this.#queues.delete(name);
    this.#policies.delete(arn);
    this.#options.directory.unregister(arn);
    await rm(join(this.#options.dir, `${name}.journal`), { force: true });
  }

  /** Returns a queue's URL, `http://127.0.0.1:<port>/000000000000/<name>`. */
  urlOf({ settings }: Queue): string {
    return `${this.#options.endpoint()}/${ACCOUNT_ID}/${settings.name}`;
  }

  /** @throws ApiError `QueueDoesNotExist` */
  getByName(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw queueDoesNotExistError();
    return queue;
  }

  /** Finds a queue by the last segment of its URL. @throws ApiError `QueueDoesNotExist` */
  getByUrl(url: string): Queue {
    return this.getByName(url.slice(url.lastIndexOf('/') + 1));
  }

  /** @throws ApiError `QueueDoesNotExist` */
  getByArn(arn: string): Queue {
    return this.getByName(arn.slice(arn.lastIndexOf(':') + 1));
  }

  list(): readonly Queue[] {
    return [...this.#queues.values()];
  }

  setPolicy(queue: Queue, policy: unknown): void {
    this.#policies.set(queue.settings.arn, policy);
  }

  removePolicy(queueArn: string): void {
    this.#policies.delete(queueArn);
  }

  /** Returns the queue's resource policy; undefined without one. */
  getPolicy(queueArn: string): unknown {
    return this.#policies.get(queueArn);
  }

  async close(): Promise<void> {
    await Promise.all(this.list().map((queue) => queue.close()));
  }
}
