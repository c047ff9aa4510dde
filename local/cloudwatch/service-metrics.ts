import type { EventBus } from '../eventbridge/event-bus.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { RdsData } from '../rds-data/rds-data.ts';
import type { Sqs } from '../sqs/sqs.ts';
import type { MetricId, MetricStore } from './metric-store.ts';
import { readEmbeddedMetrics } from './read-embedded-metrics.ts';

interface MeasuredServices {
  readonly sqs: Pick<Sqs, 'list'>;
  readonly lambda: Pick<Lambda, 'logLines' | 'onInvocationEnd' | 'throttles'>;
  readonly eventBus: Pick<EventBus, 'failedInvocations'>;
  readonly rdsData: Pick<RdsData, 'busyTime' | 'listClusters'>;
}

/** Time for which a queue without messages still has metrics. */
const ACTIVE_MS = 6 * 60 * 60 * 1000;

/** Metrics of the other services, and those that functions embed in their logs. */
export class ServiceMetrics {
  readonly #store: MetricStore;
  readonly #services: MeasuredServices;
  readonly #now: () => number;
  readonly #lastUsedMs = new Map<string, number>();
  #sampledMs: number;

  /** @param now returns the time in milliseconds since the epoch */
  constructor(store: MetricStore, services: MeasuredServices, now: () => number = Date.now) {
    this.#store = store;
    this.#services = services;
    this.#now = now;
    this.#sampledMs = now();
    this.#listen();
  }

  /** Measures queues and databases, once a minute. */
  sample(): void {
    const nowMs = this.#now();
    this.#sampleQueues(nowMs);
    this.#sampleDatabases(nowMs);
    this.#sampledMs = nowMs;
  }

  /**
   * A queue has metrics while it is active, and an age while it holds a message.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
   */
  #sampleQueues(nowMs: number): void {
    for (const queue of this.#services.sqs.list()) {
      const { name } = queue.settings;
      const { visible, inFlight, delayed } = queue.countMessages();
      if (visible + inFlight + delayed > 0) this.#lastUsedMs.set(name, nowMs);
      if (nowMs - (this.#lastUsedMs.get(name) ?? 0) > ACTIVE_MS) continue;
      const add = (metric: string, value: number): void =>
        this.#store.add({ namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name } }, value, nowMs);
      add('ApproximateNumberOfMessagesVisible', visible);
      add('ApproximateNumberOfMessagesNotVisible', inFlight);
      add('ApproximateNumberOfMessagesDelayed', delayed);
      const sentAt = queue.findOldestSentAt();
      if (sentAt !== undefined) add('ApproximateAgeOfOldestMessage', Math.max(0, (nowMs - sentAt) / 1000));
    }
  }

  /**
   * PostgreSQL on the laptop has no capacity units. The share of the time during which statements ran says the same: how
   * much room is left.
   */
  #sampleDatabases(nowMs: number): void {
    const { rdsData } = this.#services;
    const busyMs = rdsData.busyTime.take();
    const elapsedMs = nowMs - this.#sampledMs;
    if (elapsedMs <= 0) return;
    for (const arn of rdsData.listClusters()) {
      const dimensions = { DBClusterIdentifier: arn.slice(arn.lastIndexOf(':') + 1) };
      const percent = Math.min(100, (100 * busyMs) / elapsedMs);
      this.#store.add({ namespace: 'AWS/RDS', name: 'ACUUtilization', dimensions }, percent, nowMs);
    }
  }

  #listen(): void {
    const { lambda, eventBus } = this.#services;
    lambda.onInvocationEnd(({ functionName, durationMs, error }) => {
      this.#addOfFunction('Invocations', functionName, 1);
      this.#addOfFunction('Duration', functionName, durationMs);
      this.#addOfFunction('Errors', functionName, error === undefined ? 0 : 1);
      this.#addOfFunction('Throttles', functionName, 0);
    });
    lambda.throttles.add((functionName) => this.#addOfFunction('Throttles', functionName, 1));
    lambda.logLines.add((line) => {
      for (const { id, value, timeMs } of readEmbeddedMetrics(line)) this.#store.add(id, value, timeMs);
    });
    eventBus.failedInvocations.add((ruleName) => {
      const id = { namespace: 'AWS/Events', name: 'FailedInvocations', dimensions: { RuleName: ruleName } };
      this.#store.add(id, 1, this.#now());
    });
  }

  /**
   * Adds a value of a function, and of all functions together.
   * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
   */
  #addOfFunction(name: string, functionName: string, value: number): void {
    const dimensionSets: readonly MetricId['dimensions'][] = [{}, { FunctionName: functionName }];
    for (const dimensions of dimensionSets) this.#store.add({ namespace: 'AWS/Lambda', name, dimensions }, value, this.#now());
  }
}
