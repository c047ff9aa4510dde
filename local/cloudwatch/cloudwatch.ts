import type { Alarms } from './alarms.ts';
import type { ServiceMetrics } from './service-metrics.ts';

const MINUTE_MS = 60_000;

/** Metrics and alarms, measured and evaluated once a minute. */
export class CloudWatch {
  readonly alarms: Alarms;
  readonly #metrics: ServiceMetrics;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(alarms: Alarms, metrics: ServiceMetrics) {
    this.alarms = alarms;
    this.#metrics = metrics;
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), MINUTE_MS).unref();
  }

  /** Measures the services, then evaluates the alarms with the minutes that have ended. */
  tick(): Promise<void> {
    this.#running = this.#running.then(() => {
      this.#metrics.sample();
      return this.alarms.evaluate();
    });
    return this.#running;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
