import { at, functions, listOf, resources, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();
const removal = functions(delivery).get('removal');

function variablesOf(name: string) {
  return at(functions(delivery).get(name), 'resource', 'Properties', 'Environment', 'Variables') as Record<string, unknown>;
}

/** The queue that the API sends to, by logical id. */
const work = String(at(variablesOf('api')['REMOVALS_QUEUE_URL'], 'Ref'));
const queue = resources(delivery, 'AWS::SQS::Queue').get(work);
const deadLetters = String(at(queue, 'Properties', 'RedrivePolicy', 'deadLetterTargetArn', 'Fn::GetAtt', 0));

/** What it may do, action by action, with where. */
const rights = Object.fromEntries(
  statementsOf(delivery, 'removal').flatMap(({ Action, Resource, Condition }) =>
    listOf(Action).map((action) => [action, JSON.stringify([Resource, Condition])]),
  ),
);

test('what the API asks for waits in a queue, and what that gave up is tried again for two weeks', () => {
  const read = [...resources(delivery, 'AWS::Lambda::EventSourceMapping').values()]
    .map(({ Properties }) => Properties)
    .filter(({ FunctionName }) => at(FunctionName, 'Ref') === removal?.logicalId);
  const sources = read.map(({ EventSourceArn }) => String(at(EventSourceArn, 'Fn::GetAtt', 0)));
  expect(sources.toSorted()).toEqual([work, deadLetters].toSorted());
  for (const mapping of read) expect(mapping['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
  const twoWeeks = 14 * 24 * 3600;
  expect(resources(delivery, 'AWS::SQS::Queue').get(deadLetters)?.Properties['MessageRetentionPeriod']).toBe(twoWeeks);
  expect(Number(queue?.Properties['VisibilityTimeout'])).toBeGreaterThanOrEqual(
    6 * Number(removal?.resource.Properties['Timeout']),
  );
});

test('it may delete versions of any source, abort what the API began, and delete what was encoded', () => {
  expect(rights['s3:DeleteObjectVersion']).toMatch(/Source\w+Arn\w*"},"\/\*"/);
  expect(rights['s3:AbortMultipartUpload']).toMatch(/Source\w+Arn\w*"},"\/uploads\/\*"/);
  expect(rights['s3:DeleteObject']).toMatch(/Output\w+Arn\w*"},"\/v\/\*"/);
});

test('it may drop what this deployment’s edge has, and no other’s', () => {
  const [distribution] = resources(delivery, 'AWS::CloudFront::Distribution').keys();
  expect(rights['cloudfront:CreateInvalidation']).toContain(`{"Ref":"${distribution}"}`);
  expect(variablesOf('removal')['DISTRIBUTION_ID']).toEqual({ Ref: distribution });
});

test('it may read nothing of what it removes, and do nothing else', () => {
  const others = Object.keys(rights).filter((action) => !action.startsWith('logs:'));
  expect(others.toSorted()).toEqual([
    'cloudfront:CreateInvalidation',
    'rds-data:ExecuteStatement',
    's3:AbortMultipartUpload',
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:ListBucket',
    's3:ListBucketVersions',
    'secretsmanager:GetSecretValue',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
  ]);
});
