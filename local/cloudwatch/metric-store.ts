/** A metric: what CloudWatch bills and aggregates as one. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
export type Statistic = 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | 'Sum';

/** Values of one minute, the resolution of a standard metric. */
interface StatisticSet {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
}

const MINUTE_MS = 60_000;

/** Retention of values: the longest time that an alarm looks back, a day, twice. */
const RETENTION_MS = 2 * 24 * 60 * MINUTE_MS;

/**
 * Values of metrics by minute, in memory. A restart begins without any, as alarms do.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
export class MetricStore {
  readonly #series = new Map<string, { readonly id: MetricId; readonly minutes: Map<number, StatisticSet> }>();

  /** Adds a value. @param timeMs milliseconds since the epoch */
  add(id: MetricId, value: number, timeMs: number): void {
    const key = keyOf(id);
    const { minutes } = this.#series.get(key) ?? { minutes: new Map<number, StatisticSet>() };
    this.#series.set(key, { id, minutes });
    const minute = Math.floor(timeMs / MINUTE_MS);
    const known = minutes.get(minute);
    if (known === undefined) {
      minutes.set(minute, { sum: value, count: 1, minimum: value, maximum: value });
      const oldest = minute - RETENTION_MS / MINUTE_MS;
      for (const each of minutes.keys()) if (each < oldest) minutes.delete(each);
      return;
    }
    known.sum += value;
    known.count += 1;
    known.minimum = Math.min(known.minimum, value);
    known.maximum = Math.max(known.maximum, value);
  }

  /** Returns a statistic of the whole minutes from one time up to another; undefined without values. */
  aggregate(id: MetricId, statistic: Statistic, fromMs: number, toMs: number): number | undefined {
    const { minutes = new Map<number, StatisticSet>() } = this.#series.get(keyOf(id)) ?? {};
    const sets: StatisticSet[] = [];
    for (let minute = Math.floor(fromMs / MINUTE_MS); minute < Math.floor(toMs / MINUTE_MS); minute += 1) {
      const set = minutes.get(minute);
      if (set !== undefined) sets.push(set);
    }
    return sets.length === 0 ? undefined : STATISTICS[statistic](sets);
  }

  /** Returns every metric that has had a value. */
  list(): readonly MetricId[] {
    return [...this.#series.values()].map(({ id }) => id);
  }
}

const STATISTICS: Readonly<Record<Statistic, (sets: readonly StatisticSet[]) => number>> = {
  Average: (sets) => total(sets, 'sum') / total(sets, 'count'),
  Maximum: (sets) => Math.max(...sets.map(({ maximum }) => maximum)),
  Minimum: (sets) => Math.min(...sets.map(({ minimum }) => minimum)),
  SampleCount: (sets) => total(sets, 'count'),
  Sum: (sets) => total(sets, 'sum'),
};

function total(sets: readonly StatisticSet[], of: 'sum' | 'count'): number {
  return sets.reduce((sum, set) => sum + set[of], 0);
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}
