/**
 * Milliseconds since the epoch of a one-time schedule, `at(yyyy-mm-ddThh:mm:ss)` in UTC; undefined for any other.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
 */
export function oneTimeMs(expression: string): number | undefined {
  const [, time] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression) ?? [];
  if (time === undefined) return undefined;
  const milliseconds = Date.parse(`${time}Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
