import { evaluateAlarm } from '../../../local/cloudwatch/evaluate-alarm.ts';
import type { AlarmProperties } from '../../../local/cloudwatch/alarm-definition.ts';

const NOW_MS = Date.parse('2026-11-30T22:00:00Z');
const PERIOD_MS = 300_000;

type Treatment = AlarmProperties['TreatMissingData'];
const TREATMENTS: readonly Treatment[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** Evaluates data points written as in AWS's tables: 0 is within the threshold, X is not, - is missing; the latest last. */
function evaluate(points: string, of: { needed: number; periods?: number; treatment: Treatment }, current = 'OK' as const) {
  const letters = points.split(' ');
  const datapoints = letters.map((letter, index) => ({
    timeMs: NOW_MS - (letters.length - index) * PERIOD_MS,
    value: letter === '-' ? undefined : letter === 'X' ? 5 : 1,
  }));
  const properties = {
    ComparisonOperator: 'GreaterThanThreshold',
    DatapointsToAlarm: of.needed,
    EvaluationPeriods: of.periods ?? 3,
    Threshold: 3,
    TreatMissingData: of.treatment,
  } as const;
  return evaluateAlarm(properties, datapoints, current);
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
const RETAINED = 'OK';
const NONE = 'INSUFFICIENT_DATA';
test.each([
  ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
  ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', 3, [NONE, RETAINED, 'ALARM', 'OK']],
  ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - - - X', 3, [NONE, RETAINED, 'ALARM', 'OK']],
  ['X - - - -', 3, ['ALARM', RETAINED, 'ALARM', 'OK']],
  ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - X', 2, [NONE, RETAINED, 'ALARM', 'OK']],
] as const)('%s with %i datapoints to alarm of 3 has the states that AWS documents', (points, needed, states) => {
  expect(TREATMENTS.map((treatment) => evaluate(points, { needed, treatment }).state)).toEqual(states);
});

test('ignore keeps an alarm in ALARM while data is missing', () => {
  const properties = {
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    Threshold: 3,
    TreatMissingData: 'ignore',
  } as const;
  const missing = [1, 2, 3].map((period) => ({ timeMs: NOW_MS - period * PERIOD_MS, value: undefined }));
  expect(evaluateAlarm(properties, missing, 'ALARM').state).toBe('ALARM');
});

test.each([
  ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
  ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
  ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
  ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
] as const)('%s compares values below, at and above the threshold', (ComparisonOperator, states) => {
  const properties = { ComparisonOperator, EvaluationPeriods: 1, Threshold: 3, TreatMissingData: 'missing' } as const;
  const stateOf = (value: number) => evaluateAlarm(properties, [{ timeMs: NOW_MS, value }], 'OK').state;
  expect([2, 3, 4].map(stateOf)).toEqual(states);
});

test.each([
  ['- - X', 1, 'Threshold Crossed: 1 datapoint [5.0 (30/11/26 21:55:00)] was greater than the threshold (3.0).'],
  [
    '- - - X X',
    3,
    'Threshold Crossed: 2 datapoints received for 3 periods and 1 missing datapoint was treated as [NonBreaching].',
  ],
  [
    '0 0 X X X',
    3,
    'Threshold Crossed: 3 out of the last 3 datapoints [5.0 (30/11/26 21:55:00), 5.0 (30/11/26 21:50:00), 5.0 (30/11/26 21:45:00)] were greater than the threshold (3.0).',
  ],
  ['- - -', 1, 'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].'],
])('%s has a reason in CloudWatch’s words', (points, periods, reason) => {
  expect(evaluate(points, { needed: periods, periods, treatment: 'notBreaching' }).reason).toBe(reason);
});
