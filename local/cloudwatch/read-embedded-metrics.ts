import * as z from 'zod';
import { parseJsonOrUndefined } from '../cloud/parse-json.ts';
import type { MetricId } from './metric-store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const embeddedSchema = z.looseObject({
  _aws: z.object({
    /** Milliseconds since the epoch. */
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().optional() })),
      }),
    ),
  }),
});

interface MetricValue {
  readonly id: MetricId;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

/**
 * Reads the values that a line of a function's log embeds, one for each metric and set of dimensions. Like CloudWatch, it
 * ignores members that are missing or of another type.
 *
 * @returns no values for any other line
 */
export function readEmbeddedMetrics(line: string): readonly MetricValue[] {
  if (!line.includes('"CloudWatchMetrics"')) return [];
  const { data } = embeddedSchema.safeParse(parseJsonOrUndefined(line));
  if (data === undefined) return [];
  const { _aws: { Timestamp: timeMs, CloudWatchMetrics: directives } } = data;
  return directives.flatMap(({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) =>
    sets.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, data[name]] as const).filter(hasText));
      if (Object.keys(dimensions).length < names.length) return [];
      return metrics.flatMap(({ Name: name }) =>
        [data[name]]
          .flat()
          .filter((value) => typeof value === 'number')
          .map((value) => ({ id: { namespace, name, dimensions }, value, timeMs })),
      );
    }),
  );
}

function hasText(entry: readonly [string, unknown]): entry is readonly [string, string] {
  return typeof entry[1] === 'string';
}
