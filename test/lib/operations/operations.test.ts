import { at, functions, listOf, resources, statementsIn, statementsOf, synthesizeTogether } from '../../support/lib/synthesize.ts';

const [{ delivery }, onDemand] = synthesizeTogether([{}, { stackPrefix: 'School', operations: { reconcile: 'on-demand' } }]) as [Templates, Templates];
type Templates = ReturnType<typeof synthesizeTogether>[number];

/** Returns the actions of a function beyond its log. */
function actionsOf(name: string): string[] {
  const actions = statementsOf(delivery, name).flatMap(({ Action }) => listOf(Action));
  return [...new Set(actions.filter((action) => !action.startsWith('logs:')))].toSorted();
}

test('the reconciler may look at everything, but write no media, no tags and no source', () => {
  expect(actionsOf('reconcile')).toEqual([
    'iam:PassRole',
    'mediaconvert:CancelJob',
    'mediaconvert:GetJob',
    'mediaconvert:ListJobs',
    'rds-data:ExecuteStatement',
    's3:DeleteObject',
    's3:GetObject',
    's3:GetObjectTagging',
    's3:GetObjectVersion',
    's3:ListBucket',
    's3:ListBucketVersions',
    's3:PutObject',
    'scheduler:CreateSchedule',
    'scheduler:DeleteSchedule',
    'scheduler:GetSchedule',
    'scheduler:ListSchedules',
    'secretsmanager:GetSecretValue',
    'sqs:GetQueueAttributes',
    'sqs:SendMessage',
  ]);
  const resourcesOf = (action: string): string[] =>
    statementsOf(delivery, 'reconcile')
      .filter(({ Action }) => listOf(Action).includes(action))
      .flatMap(({ Resource }) => (Array.isArray(Resource) ? Resource : [Resource]).map((one) => JSON.stringify(one)));
  const report = [expect.stringMatching(/Output.*"\/operations\/reconciliation\.json"/)];
  expect(resourcesOf('s3:PutObject')).toEqual(report);
  expect(resourcesOf('s3:GetObject')).toEqual(report);
  expect(resourcesOf('scheduler:GetSchedule')).toEqual([expect.stringContaining('Deadlines')]);
});

test('the redrive function may use queues and the catalog, and nothing else', () => {
  expect(actionsOf('redrive')).toEqual([
    'rds-data:ExecuteStatement',
    'secretsmanager:GetSecretValue',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
  ]);
});

test('the reconciler runs once a day unless the setting says on demand', () => {
  const [daily, ...others] = [...resources(delivery, 'AWS::Scheduler::Schedule').values()];
  expect(others).toEqual([]);
  const logicalId = functions(delivery).get('reconcile')?.logicalId;
  expect(daily?.Properties).toMatchObject({
    ScheduleExpression: 'cron(30 3 * * ? *)',
    Target: { Arn: { 'Fn::GetAtt': [logicalId, 'Arn'] }, Input: '{"type":"start","dryRun":false,"removeUnknown":false}' },
  });
  expect([...resources(onDemand.delivery, 'AWS::Scheduler::Schedule').keys()]).toEqual([]);
});

test('schedules of the reconciler may only invoke it', () => {
  const role = String(at(functions(delivery).get('reconcile'), 'resource', 'Properties', 'Environment', 'Variables', 'RECONCILE_ROLE_ARN', 'Fn::GetAtt', 0));
  const rights = [...resources(delivery, 'AWS::IAM::Policy').values()]
    .filter(({ Properties }) => at(Properties, 'Roles', 0, 'Ref') === role)
    .flatMap(statementsIn);
  expect(rights).toMatchObject([{ Action: 'lambda:InvokeFunction' }]);
});
