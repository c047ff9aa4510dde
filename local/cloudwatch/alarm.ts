import type { AlarmProperties, WatchedSeries } from './alarm-definition.ts';
import type { AlarmState } from './evaluate-alarm.ts';

export interface AlarmTransition {
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

/** An alarm with its state. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly properties: AlarmProperties;
  readonly series: WatchedSeries;
  /** Time of the last change of its properties, in milliseconds since the epoch. */
  readonly configuredMs: number;
  readonly state: AlarmState;
  readonly reason: string;
  /** Time of the last transition, in milliseconds since the epoch. */
  readonly changedMs: number;
  /** Why the last transition was not published; undefined if it was. */
  readonly failedAction?: string | undefined;
}
