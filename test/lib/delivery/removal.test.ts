import { at, functions, listOf, resources, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();
const removal = functions(delivery).get('removal');

function variablesOf(name: string) {
  return at(functions(delivery).get(name), 'resource', 'Properties', 'Environment', 'Variables') as Record<
    string,
    unknown
  >;
}

/** Logical id of the queue that the API sends to. */
const work = String(at(variablesOf('api')['REMOVALS_QUEUE_URL'], 'Ref'));
const queue = resources(delivery, 'AWS::SQS::Queue').get(work);
const deadLetters = String(at(queue, 'Properties', 'RedrivePolicy', 'deadLetterTargetArn', 'Fn::GetAtt', 0));

/** Permissions of the function: resources and conditions by action, of every statement that has it. */
const rights: Readonly<Record<string, string>> = Object.fromEntries(
  [...Map.groupBy(
    statementsOf(delivery, 'removal').flatMap(({ Action, Resource, Condition }) =>
      listOf(Action).map((action) => ({ action, on: JSON.stringify([Resource, Condition]) })),
    ),
    ({ action }) => action,
  )].map(([action, all]) => [action, all.map(({ on }) => on).join('\n')]),
);

test('removals wait in a queue, and dead letters are retried for two weeks', () => {
  const mappings = [...resources(delivery, 'AWS::Lambda::EventSourceMapping').values()]
    .map(({ Properties }) => Properties)
    .filter(({ FunctionName }) => at(FunctionName, 'Ref') === removal?.logicalId);
  const sources = mappings.map(({ EventSourceArn }) => String(at(EventSourceArn, 'Fn::GetAtt', 0)));
  expect(sources.toSorted()).toEqual([work, deadLetters].toSorted());
  for (const mapping of mappings) expect(mapping['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
  const twoWeeks = 14 * 24 * 3600;
  expect(resources(delivery, 'AWS::SQS::Queue').get(deadLetters)?.Properties['MessageRetentionPeriod']).toBe(twoWeeks);
  // A removal that fails once still takes effect within a minute.
  const visibilityTimeout = Number(queue?.Properties['VisibilityTimeout']);
  expect(visibilityTimeout).toBeGreaterThan(Number(removal?.resource.Properties['Timeout']));
  expect(visibilityTimeout).toBeLessThan(60);
});

test('the function may delete versions of any source, abort uploads of the API and delete encodes', () => {
  expect(rights['s3:DeleteObjectVersion']).toMatch(/Source\w+Arn\w*"},"\/\*"/);
  expect(rights['s3:AbortMultipartUpload']).toMatch(/Source\w+Arn\w*"},"\/uploads\/\*"/);
  expect(rights['s3:DeleteObject']).toMatch(/Output\w+Arn\w*"},"\/v\/\*"/);
  for (const action of ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'])
    expect(rights[action]).toMatch(/^[^\n]*Output\w+Arn\w*"},"\/v\/\*\/mp4hls\/pointer"[^\n]*$/);
});

test('the function may invalidate only this deployment’s distribution', () => {
  const [distribution] = resources(delivery, 'AWS::CloudFront::Distribution').keys();
  expect(rights['cloudfront:CreateInvalidation']).toContain(`{"Ref":"${distribution}"}`);
  expect(variablesOf('removal')['DISTRIBUTION_ID']).toEqual({ Ref: distribution });
});

test('the function may read no objects but pointers and has no other permissions', () => {
  const others = Object.keys(rights).filter((action) => !action.startsWith('logs:'));
  expect(others.toSorted()).toEqual([
    'cloudfront:CreateInvalidation',
    'rds-data:ExecuteStatement',
    's3:AbortMultipartUpload',
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:GetObject',
    's3:ListBucket',
    's3:ListBucketVersions',
    's3:PutObject',
    's3:PutObjectTagging',
    'secretsmanager:GetSecretValue',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
  ]);
});
