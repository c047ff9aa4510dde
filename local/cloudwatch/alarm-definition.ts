import * as z from 'zod';
import type { MetricId } from './metric-store.ts';

const dimensionsSchema = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]);

const periodSchema = z.coerce.number().int().multipleOf(60, 'the laptop cloud has metrics of standard resolution only');
const statisticSchema = z.enum(['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum']);

/** An array function of metric math over metrics of the same alarm, such as `MAX([m0, m1])`. */
const EXPRESSION = /^(MAX|SUM)\(\[\s*([a-z]\w*(?:\s*,\s*[a-z]\w*)*)\s*\]\)$/;

const querySchema = z.strictObject({
  Id: z.string(),
  Label: z.string().optional(),
  ReturnData: z.union([z.boolean(), z.stringbool()]).default(true),
  Expression: z
    .string()
    .regex(EXPRESSION, 'the laptop cloud supports MAX([…]) and SUM([…]) over metrics only')
    .optional(),
  Period: periodSchema.optional(),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema }),
      Period: periodSchema,
      Stat: statisticSchema,
      Unit: z.string().optional(),
    })
    .optional(),
});

const flag = z.union([z.boolean(), z.stringbool()]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
export const alarmSchema = z.object({
  AlarmName: z.string().optional(),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: flag.default(true),
  AlarmActions: z.array(z.string()).max(5).default([]),
  OKActions: z.array(z.string()).max(5).default([]),
  InsufficientDataActions: z.array(z.string()).max(5).default([]),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: dimensionsSchema,
  Statistic: statisticSchema.optional(),
  Period: periodSchema.optional(),
  Metrics: z.array(querySchema).max(11).optional(),
  EvaluationPeriods: z.coerce.number().int().min(1),
  DatapointsToAlarm: z.coerce.number().int().min(1).optional(),
  Threshold: z.coerce.number(),
  ComparisonOperator: z.enum([
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanOrEqualToThreshold',
    'LessThanThreshold',
  ]),
  TreatMissingData: z.enum(['breaching', 'ignore', 'missing', 'notBreaching']).default('missing'),
  Unit: z.string().optional(),
});
export type AlarmProperties = z.infer<typeof alarmSchema>;

/** One metric that an alarm watches, with its statistic. */
export interface WatchedMetric {
  readonly id: MetricId;
  readonly statistic: z.infer<typeof statisticSchema>;
}

/** Input that an alarm compares with its threshold: a metric, or the result of a function of several. */
export interface WatchedSeries {
  /** Length of a data point, in seconds. */
  readonly periodSeconds: number;
  readonly metrics: readonly WatchedMetric[];
  /** @default the alarm watches a single metric */
  readonly combine?: 'MAX' | 'SUM';
}

/** Returns what an alarm watches. @throws Error if its properties name no metric, or several */
export function watchedSeries(properties: AlarmProperties): WatchedSeries {
  const { Namespace: namespace, MetricName: name, Dimensions, Statistic: statistic, Period } = properties;
  if (properties.Metrics !== undefined) return queriedSeries(properties.Metrics);
  if (namespace === undefined || name === undefined || statistic === undefined || Period === undefined)
    throw new Error('An alarm needs Metrics, or Namespace, MetricName, Statistic and Period.');
  return { periodSeconds: Period, metrics: [{ id: { namespace, name, dimensions: toRecord(Dimensions) }, statistic }] };
}

function queriedSeries(queries: readonly z.infer<typeof querySchema>[]): WatchedSeries {
  const [returned, ...others] = queries.filter(({ ReturnData }) => ReturnData);
  if (returned === undefined || others.length > 0) throw new Error('Exactly one of an alarm’s Metrics must return data.');
  const [, combine, ids] = EXPRESSION.exec(returned.Expression ?? '') ?? [];
  const names = ids?.split(',').map((id) => id.trim()) ?? [returned.Id];
  const stats = names.map((id) => {
    const stat = queries.find(({ Id }) => Id === id)?.MetricStat;
    if (stat === undefined) throw new Error(`The alarm’s Metrics have no MetricStat with the Id ${id}.`);
    return stat;
  });
  const [periodSeconds = 0, ...differing] = new Set(stats.map(({ Period }) => Period));
  if (differing.length > 0) throw new Error('All metrics of an alarm must have the same period.');
  const metrics = stats.map(({ Metric: { Namespace: namespace, MetricName: name, Dimensions }, Stat: statistic }) => ({
    id: { namespace, name, dimensions: toRecord(Dimensions) },
    statistic,
  }));
  return { periodSeconds, metrics, ...(combine !== undefined && { combine: combine === 'MAX' ? 'MAX' : 'SUM' }) };
}

function toRecord(dimensions: z.infer<typeof dimensionsSchema>): Readonly<Record<string, string>> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}
