import { countNouns } from '../cloud/count-nouns.ts';
import type { AlarmProperties, WatchedSeries } from './alarm-definition.ts';
import type { MetricStore } from './metric-store.ts';

export type AlarmState = 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';

/** Value of one period; undefined if it is missing. */
interface Datapoint {
  /** Start of the period, in milliseconds since the epoch. */
  readonly timeMs: number;
  readonly value: number | undefined;
}

export interface Evaluation {
  readonly state: AlarmState;
  /** Reason in CloudWatch's words. */
  readonly reason: string;
  /** Values that were compared, the latest last. */
  readonly recent: readonly number[];
}

/**
 * Periods that are read beyond `EvaluationPeriods`. CloudWatch documents no number; in its example it reads 5 for 3.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
const EXTRA_PERIODS = 2;

const COMPARISONS: Readonly<
  Record<AlarmProperties['ComparisonOperator'], { holds: (value: number, threshold: number) => boolean; words: string }>
> = {
  GreaterThanOrEqualToThreshold: { holds: (value, threshold) => value >= threshold, words: 'greater than or equal to' },
  GreaterThanThreshold: { holds: (value, threshold) => value > threshold, words: 'greater than' },
  LessThanOrEqualToThreshold: { holds: (value, threshold) => value <= threshold, words: 'less than or equal to' },
  LessThanThreshold: { holds: (value, threshold) => value < threshold, words: 'less than' },
};

/** Reads the periods that an alarm evaluates, the latest last: those that end with the last whole minute. */
export function readDatapoints(
  store: MetricStore,
  { periodSeconds, metrics, combine }: WatchedSeries,
  evaluationPeriods: number,
  nowMs: number,
): readonly Datapoint[] {
  const periodMs = periodSeconds * 1000;
  const endMs = Math.floor(nowMs / 60_000) * 60_000;
  return Array.from({ length: evaluationPeriods + EXTRA_PERIODS }, (_, index) => {
    const timeMs = endMs - (evaluationPeriods + EXTRA_PERIODS - index) * periodMs;
    const values = metrics
      .map(({ id, statistic }) => store.aggregate(id, statistic, timeMs, timeMs + periodMs))
      .filter((value) => value !== undefined);
    if (values.length === 0) return { timeMs, value: undefined };
    return { timeMs, value: combine === 'SUM' ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values) };
  });
}

/**
 * Evaluates an alarm as CloudWatch does: existing values are enough if there are as many as `EvaluationPeriods`, and
 * otherwise missing ones are added as `TreatMissingData` says.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param datapoints periods that were read, the latest last
 * @param current state that `ignore` keeps
 */
export function evaluateAlarm(
  properties: Pick<
    AlarmProperties,
    'ComparisonOperator' | 'DatapointsToAlarm' | 'EvaluationPeriods' | 'Threshold' | 'TreatMissingData'
  >,
  datapoints: readonly Datapoint[],
  current: AlarmState,
): Evaluation {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, Threshold: threshold } = properties;
  const { holds } = COMPARISONS[properties.ComparisonOperator];
  const isBreaching = ({ value }: Datapoint): boolean => value !== undefined && holds(value, threshold);
  const evaluated = datapoints.filter(({ value }) => value !== undefined).slice(-periods);
  const breaching = evaluated.filter(isBreaching).length;
  const missing = periods - evaluated.length;
  const recent = evaluated.flatMap(({ value }) => value ?? []);
  const conclude = (state: AlarmState): Evaluation => ({ state, reason: describe(properties, evaluated, missing, state), recent });
  if (missing === 0) return conclude(breaching >= needed ? 'ALARM' : 'OK');
  switch (properties.TreatMissingData) {
    case 'notBreaching':
      return conclude(breaching >= needed ? 'ALARM' : 'OK');
    case 'breaching':
      return conclude(breaching + missing >= needed ? 'ALARM' : 'OK');
    default:
      if (breaching >= needed) return conclude('ALARM');
      if (breaching < evaluated.length) return conclude('OK');
      if (properties.TreatMissingData === 'ignore') return conclude(current);
      return conclude(isLastSeenBreaching(datapoints, needed) ? 'ALARM' : 'INSUFFICIENT_DATA');
  }
}

/** Returns whether a value as old as `DatapointsToAlarm` exists; all existing ones breach the threshold. */
function isLastSeenBreaching(datapoints: readonly Datapoint[], needed: number): boolean {
  const oldest = datapoints.findIndex(({ value }) => value !== undefined);
  return oldest !== -1 && datapoints.length - oldest >= needed;
}

function describe(
  { EvaluationPeriods: periods, Threshold: threshold, ComparisonOperator, TreatMissingData }: Parameters<typeof evaluateAlarm>[0],
  evaluated: readonly Datapoint[],
  missing: number,
  state: AlarmState,
): string {
  const { words, holds } = COMPARISONS[ComparisonOperator];
  const treated = TreatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  const fills = missing > 0 && (TreatMissingData === 'breaching' || TreatMissingData === 'notBreaching');
  const filled = fills ? ` and ${countNouns(missing, 'missing datapoint')} ${missing === 1 ? 'was' : 'were'} treated as [${treated}]` : '';
  if (evaluated.length === 0)
    return `Threshold Crossed: no datapoints were received for ${countNouns(periods, 'period')}${filled}.`;
  if (state === 'INSUFFICIENT_DATA') return 'Insufficient Data: too few datapoints were received.';
  const met = evaluated.filter(({ value }) => value !== undefined && holds(value, threshold) === (state === 'ALARM'));
  if (met.length === 0) return `Threshold Crossed: ${countNouns(evaluated.length, 'datapoint')} received for ${countNouns(periods, 'period')}${filled}.`;
  const values = met
    .toReversed()
    .map(({ timeMs, value = 0 }) => `${withFraction(value)} (${formatTime(timeMs)})`)
    .join(', ');
  const verb = `${met.length === 1 ? 'was' : 'were'} ${state === 'ALARM' ? '' : 'not '}${words}`;
  const counted = periods === 1 ? '1 datapoint' : `${met.length} out of the last ${countNouns(periods, 'datapoint')}`;
  return `Threshold Crossed: ${counted} [${values}] ${verb} the threshold (${withFraction(threshold)})${filled}.`;
}

/** Writes a number as CloudWatch does, `1.0`. */
function withFraction(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** Writes a time as CloudWatch does, `30/11/26 22:05:00`. */
function formatTime(timeMs: number): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
