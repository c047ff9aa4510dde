import { at, functions, listOf, resources, statementsIn, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { pipeline, delivery, data } = synthesizeTemplates();
const withdrawal = functions(delivery).get('withdrawal');

function variablesOf(name: string) {
  return at(functions(delivery).get(name), 'resource', 'Properties', 'Environment', 'Variables') as Record<string, unknown>;
}

/** Logical id of the queue that the API sends to. */
const work = String(at(variablesOf('api')['WITHDRAWALS_QUEUE_URL'], 'Ref'));
const queue = resources(delivery, 'AWS::SQS::Queue').get(work);
const deadLetters = String(at(queue, 'Properties', 'RedrivePolicy', 'deadLetterTargetArn', 'Fn::GetAtt', 0));

/** Permissions of the function: resources and conditions by action, of every statement that has it. */
const rights: Readonly<Record<string, string>> = Object.fromEntries(
  [...Map.groupBy(
    statementsOf(delivery, 'withdrawal').flatMap(({ Action, Resource, Condition }) =>
      listOf(Action).map((action) => ({ action, on: JSON.stringify([Resource, Condition]) })),
    ),
    ({ action }) => action,
  )].map(([action, all]) => [action, all.map(({ on }) => on).join('\n')]),
);

test('withdrawals wait in a queue, and dead letters are retried for two weeks', () => {
  const sources = [...resources(delivery, 'AWS::Lambda::EventSourceMapping').values()]
    .filter(({ Properties }) => at(Properties, 'FunctionName', 'Ref') === withdrawal?.logicalId)
    .map(({ Properties }) => String(at(Properties, 'EventSourceArn', 'Fn::GetAtt', 0)));
  expect(sources.toSorted()).toEqual([work, deadLetters].toSorted());
  expect(resources(delivery, 'AWS::SQS::Queue').get(deadLetters)?.Properties['MessageRetentionPeriod']).toBe(1_209_600);
  // A withdrawal that fails once still takes effect within a minute.
  const visibilityTimeout = Number(queue?.Properties['VisibilityTimeout']);
  expect(visibilityTimeout).toBeGreaterThan(Number(withdrawal?.resource.Properties['Timeout']));
  expect(visibilityTimeout).toBeLessThan(60);
});

test('the queue receives only events of revisions that may replace another, and of withdrawn videos', () => {
  const subscriptions = [...resources(delivery, 'AWS::SNS::Subscription').values()];
  expect(subscriptions).toMatchObject([
    {
      Properties: {
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': [work, 'Arn'] },
        RawMessageDelivery: true,
        FilterPolicyScope: 'MessageBody',
        FilterPolicy: { type: ['video.ready'], $or: [{ revision: [{ numeric: ['>', 1] }] }, { withdrawn: [true] }] },
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] } },
      },
    },
  ]);
  const topic = String(at(pipeline.findOutputs('VideoEventsTopicArn'), 'VideoEventsTopicArn', 'Value', 'Ref'));
  expect(JSON.stringify(subscriptions[0]?.Properties['TopicArn'])).toContain(topic);
});

test('the function may tag, untag and delete encodes, but of objects neither read nor write any but pointers', () => {
  const others = Object.keys(rights).filter((action) => !/^(logs|sqs):/.test(action));
  expect(others.toSorted()).toEqual([
    'cloudfront:CreateInvalidation',
    'iam:PassRole',
    'rds-data:ExecuteStatement',
    's3:DeleteObject',
    's3:DeleteObjectTagging',
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
    's3:PutObjectTagging',
    'scheduler:CreateSchedule',
    'secretsmanager:GetSecretValue',
  ]);
  for (const action of ['s3:DeleteObject', 's3:DeleteObjectTagging', 's3:PutObjectTagging']) {
    expect(rights[action]).toMatch(/Output\w+Arn\w*"},"\/v\/\*"/);
  }
  for (const action of ['s3:GetObject', 's3:PutObject']) expect(rights[action]).toMatch(/^[^\n]*Output\w+Arn\w*"},"\/v\/\*\/mp4hls\/pointer"[^\n]*$/);
  const [distribution] = resources(delivery, 'AWS::CloudFront::Distribution').keys();
  expect(rights['cloudfront:CreateInvalidation']).toContain(`{"Ref":"${distribution}"}`);
});

test('ends of graces are schedules of their own group, which may only send to the function’s queue', () => {
  const group = String(at(variablesOf('withdrawal')['GRACE_GROUP'], 'Ref'));
  expect(resources(delivery, 'AWS::Scheduler::ScheduleGroup').has(group)).toBe(true);
  expect(rights['scheduler:CreateSchedule']).toContain(`:schedule/",{"Ref":"${group}"},"/*"`);
  expect(rights['iam:PassRole']).toContain('"iam:PassedToService":"scheduler.amazonaws.com"');
  const role = String(at(variablesOf('withdrawal')['GRACE_ROLE_ARN'], 'Fn::GetAtt', 0));
  const rightsOfRole = [...resources(delivery, 'AWS::IAM::Policy').values()]
    .filter(({ Properties }) => at(Properties, 'Roles', 0, 'Ref') === role)
    .flatMap(statementsIn);
  expect(rightsOfRole).toEqual([
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [work, 'Arn'] } },
  ]);
});

test('a superseded revision stays served for a day and is deleted then, by default', () => {
  expect(variablesOf('withdrawal')).toMatchObject({ SUPERSEDED_GRACE_MINUTES: '1440', AFTER_GRACE: 'delete' });
  expect(JSON.stringify(data.toJSON())).not.toContain('DEEP_ARCHIVE');
});

test('archived revisions move to S3 Glacier Deep Archive', () => {
  const archiving = synthesizeTemplates({ delivery: { supersededGraceMinutes: 0, afterGrace: 'archive' } });
  const variables = at(functions(archiving.delivery).get('withdrawal'), 'resource', 'Properties', 'Environment', 'Variables');
  expect(variables).toMatchObject({ SUPERSEDED_GRACE_MINUTES: '0', AFTER_GRACE: 'archive' });
  archiving.data.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: [
        { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
        {
          Status: 'Enabled',
          Prefix: 'v/',
          TagFilters: [{ Key: 'sluice:archived', Value: 'true' }],
          Transitions: [{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 0 }],
        },
      ],
    },
  });
});
