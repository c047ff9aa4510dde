import { randomUUID } from 'node:crypto';
import { ACCOUNT_ID, REGION, regionalArn } from '../cloud/account.ts';
import { deliver, DeliveryRejectedError, makeTextAttributes } from '../cloud/deliver.ts';
import type { Directory } from '../cloud/directory.ts';
import { Listeners } from '../cloud/listeners.ts';
import type { BusEvent, EventInput } from './event.ts';
import type { Matcher } from './pattern.ts';
import { renderTargetInput, type TargetInput } from './target-input.ts';

/** A receiver of the events that a rule matches. */
interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly input: TargetInput;
  /** Role with which the bus sends. @default none; the policy of the target must allow the bus itself */
  readonly roleArn?: string | undefined;
  /** Queue for events that the target rejects. */
  readonly deadLetterArn?: string | undefined;
}

interface EventRule {
  readonly name: string;
  readonly arn: string;
  readonly matches: Matcher;
  readonly targets: readonly RuleTarget[];
}

interface EventBusOptions {
  readonly directory: Directory;
  /** Called with an event that a target without a dead-letter queue rejected. @default no effect */
  readonly onLost?: (lost: {
    readonly event: BusEvent;
    readonly rule: string;
    readonly target: string;
    readonly reason: Error;
  }) => void;
}

export const DEFAULT_BUS_ARN = regionalArn('events', 'event-bus/default');

/** The default event bus. It stores nothing: `put` resolves once every target has stored the event. */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #rules = new Map<string, EventRule>();
  /** Names of rules, once for each event that a target rejected. */
  readonly failedInvocations = new Listeners<string>();

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  addRule(rule: EventRule): void {
    this.#rules.set(rule.name, rule);
  }

  removeRule(name: string): void {
    this.#rules.delete(name);
  }

  /** Returns the names of all rules. */
  listRules(): readonly string[] {
    return [...this.#rules.keys()];
  }

  /**
   * Sends an event to the targets of every matching rule. An event that a target rejects goes to the target's dead-letter
   * queue at once. Retry policies have no effect: within one process no target is temporarily unavailable.
   *
   * @returns the event's id
   * @throws AggregateError if a target could not store the event; putting it again delivers it to the others twice
   */
  async put(input: EventInput): Promise<string> {
    const event: BusEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': input['detail-type'],
      source: input.source,
      account: ACCOUNT_ID,
      time: `${new Date(input.time ?? Date.now()).toISOString().slice(0, 19)}Z`,
      region: REGION,
      resources: input.resources ?? [],
      detail: input.detail,
    };
    const deliveries = [...this.#rules.values()]
      .filter((rule) => rule.matches(event))
      .flatMap((rule) => rule.targets.map((target) => this.#deliver(event, rule, target)));
    const failures = (await Promise.allSettled(deliveries)).flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (failures.length > 0) throw new AggregateError(failures, `Event ${event.id} did not reach every target`);
    return event.id;
  }

  /** Sends an event of an AWS service, like `put`. */
  async publish(input: EventInput): Promise<void> {
    await this.put(input);
  }

  async #deliver(event: BusEvent, rule: EventRule, target: RuleTarget): Promise<void> {
    const { directory, onLost } = this.#options;
    const body = renderTargetInput(event, target.input, rule);
    const bus = { service: 'events.amazonaws.com', sourceArn: rule.arn };
    const role = target.roleArn === undefined ? undefined : { arn: target.roleArn, sessionName: event.id };
    try {
      await deliver(directory, target.arn, { body, sourceArn: rule.arn }, { ...bus, role });
    } catch (reason) {
      if (!(reason instanceof DeliveryRejectedError)) throw reason;
      this.failedInvocations.notify(rule.name);
      if (target.deadLetterArn === undefined) {
        onLost?.({ event, rule: rule.name, target: target.arn, reason });
        return;
      }
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
      const attributes = makeTextAttributes({
        RULE_ARN: rule.arn,
        TARGET_ARN: target.arn,
        ERROR_CODE: reason.code,
        ERROR_MESSAGE: reason.message,
      });
      await deliver(directory, target.deadLetterArn, { body, sourceArn: rule.arn, attributes }, bus);
    }
  }
}
