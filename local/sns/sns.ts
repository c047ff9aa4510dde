import { ApiError } from '../aws-api/api-error.ts';
import { regionalArn } from '../cloud/account.ts';
import type { Directory } from '../cloud/directory.ts';
import { Topic, type TopicOptions } from './topic.ts';

type SnsOptions = Pick<TopicOptions, 'directory' | 'onEmail' | 'onLost'> & { readonly directory: Directory };

/** Topics of the template. They hold no state: receivers store the messages. */
export class Sns {
  readonly #options: SnsOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #policies = new Map<string, unknown>();

  constructor(options: SnsOptions) {
    this.#options = options;
  }

  /** Creates a topic, or returns the one of this name. */
  create(name: string): Topic {
    const arn = regionalArn('sns', name);
    const known = this.#topics.get(arn);
    if (known !== undefined) return known;
    const topic = new Topic({ ...this.#options, name, arn });
    this.#topics.set(arn, topic);
    this.#options.directory.register(arn, topic);
    return topic;
  }

  /** Deletes a topic with its subscriptions. */
  delete(arn: string): void {
    this.#topics.delete(arn);
    this.#policies.delete(arn);
    this.#options.directory.unregister(arn);
  }

  /** @throws ApiError `NotFound` */
  getByArn(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw new ApiError('NotFound', 404, 'Topic does not exist');
    return topic;
  }

  setPolicy(topicArn: string, policy: unknown): void {
    this.#policies.set(topicArn, policy);
  }

  removePolicy(topicArn: string): void {
    this.#policies.delete(topicArn);
  }

  list(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  /** Returns the topic's resource policy; undefined without one. */
  getPolicy(topicArn: string): unknown {
    return this.#policies.get(topicArn);
  }
}
