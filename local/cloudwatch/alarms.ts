import { regionalArn } from '../cloud/account.ts';
import { deliver } from '../cloud/deliver.ts';
import type { Directory } from '../cloud/directory.ts';
import type { Alarm, AlarmTransition } from './alarm.ts';
import { type AlarmProperties, watchedSeries } from './alarm-definition.ts';
import { type AlarmState, evaluateAlarm, readDatapoints } from './evaluate-alarm.ts';
import type { MetricStore } from './metric-store.ts';
import { writeNotification, writeSubject } from './write-notification.ts';

interface AlarmsOptions {
  readonly metrics: MetricStore;
  readonly directory: Directory;
  /** Returns the time in milliseconds since the epoch. @default that of the machine */
  readonly now?: () => number;
  /** Called with a transition that could not be published. @default no effect */
  readonly onFailedAction?: (alarm: string, error: unknown) => void;
}

const ACTIONS: Readonly<Record<AlarmState, 'AlarmActions' | 'InsufficientDataActions' | 'OKActions'>> = {
  ALARM: 'AlarmActions',
  INSUFFICIENT_DATA: 'InsufficientDataActions',
  OK: 'OKActions',
};

/**
 * Alarms of the template. Each begins as `INSUFFICIENT_DATA`, at every start of the laptop cloud too, and publishes its
 * transitions to SNS, once each.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #now: () => number;
  readonly #alarms = new Map<string, Alarm>();

  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Defines an alarm, or changes the properties of the one of this name, which keeps its state. */
  define(name: string, properties: AlarmProperties): Alarm {
    const configuredMs = this.#now();
    const known = this.#alarms.get(name);
    const alarm: Alarm = {
      state: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      changedMs: configuredMs,
      ...known,
      name,
      arn: regionalArn('cloudwatch', `alarm:${name}`),
      properties,
      series: watchedSeries(properties),
      configuredMs,
    };
    this.#alarms.set(name, alarm);
    return alarm;
  }

  remove(name: string): void {
    this.#alarms.delete(name);
  }

  /** Returns all alarms by name. */
  list(): readonly Alarm[] {
    return [...this.#alarms.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Evaluates every alarm, and publishes the transitions. */
  async evaluate(): Promise<void> {
    const nowMs = this.#now();
    await Promise.all(
      this.list().map((alarm) => {
        const { EvaluationPeriods: periods } = alarm.properties;
        const datapoints = readDatapoints(this.#options.metrics, alarm.series, periods, nowMs);
        const { state, reason } = evaluateAlarm(alarm.properties, datapoints, alarm.state);
        return this.setState(alarm.name, state, reason);
      }),
    );
  }

  /**
   * Sets the state of an alarm until its next evaluation, which a test of its actions does.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
   *
   * @returns false if the alarm does not exist
   */
  async setState(name: string, to: AlarmState, reason: string): Promise<boolean> {
    const alarm = this.#alarms.get(name);
    if (alarm === undefined) return false;
    if (alarm.state === to) return true;
    const transition: AlarmTransition = { from: alarm.state, to, reason, timeMs: this.#now() };
    const changed: Alarm = { ...alarm, state: to, reason, changedMs: transition.timeMs, failedAction: undefined };
    this.#alarms.set(name, changed);
    if (alarm.properties.ActionsEnabled) await this.#publish(changed, transition);
    return true;
  }

  async #publish(alarm: Alarm, transition: AlarmTransition): Promise<void> {
    const { directory, onFailedAction } = this.#options;
    const delivery = {
      body: writeNotification(alarm, transition),
      subject: writeSubject(alarm, transition),
      sourceArn: alarm.arn,
    };
    const sender = { service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn };
    for (const topicArn of alarm.properties[ACTIONS[transition.to]]) {
      try {
        await deliver(directory, topicArn, delivery, sender);
      } catch (error) {
        const failedAction = error instanceof Error ? error.message : String(error);
        const current = this.#alarms.get(alarm.name);
        if (current !== undefined) this.#alarms.set(alarm.name, { ...current, failedAction });
        onFailedAction?.(alarm.name, error);
      }
    }
  }
}
