import { Match } from 'aws-cdk-lib/assertions';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { at, functions, resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { pipeline } = synthesizeTemplates();

function idOf(arn: unknown): string {
  return String(at(arn, 'Fn::GetAtt', 0));
}

const refusal = Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
const REFUSES_WITHOUT_TLS = { PolicyDocument: { Statement: Match.arrayWith([refusal]) } };

/** Returns the logical ids of the queues that feed a function. */
function queuesOf(name: string): string[] {
  const fn = functions(pipeline).get(name)?.logicalId;
  return [...resources(pipeline, 'AWS::Lambda::EventSourceMapping').values()]
    .filter(({ Properties }) => at(Properties, 'FunctionName', 'Ref') === fn)
    .map(({ Properties }) => idOf(Properties['EventSourceArn']));
}

function queue(id: string | undefined) {
  return resources(pipeline, 'AWS::SQS::Queue').get(id ?? '')?.Properties;
}

function deadLettersOf(id: string | undefined): string {
  return idOf(at(queue(id), 'RedrivePolicy', 'deadLetterTargetArn'));
}

/** Returns the job states that reach a queue. */
function statusesTo(id: string | undefined): unknown {
  const subscription = [...resources(pipeline, 'AWS::SNS::Subscription').values()].find(
    ({ Properties }) => idOf(Properties['Endpoint']) === id,
  );
  return at(subscription, 'Properties', 'FilterPolicy', 'detail', 'status');
}

test('every object created in the source bucket by any means is queued for transcode', () => {
  const [uploads] = queuesOf('transcode');
  pipeline.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: [{ 'Fn::ImportValue': Match.stringLikeRegexp('^SluiceData:.*Source') }] },
        reason: Match.absent(),
      },
    },
    Targets: [
      {
        Arn: { 'Fn::GetAtt': [uploads, 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [deadLettersOf(uploads), 'Arn'] } },
      },
    ],
  });
});

test('the job rule matches only the deployment’s own queue and the states that consumers handle', () => {
  const [encoder] = resources(pipeline, 'AWS::MediaConvert::Queue').keys();
  pipeline.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.mediaconvert'],
      'detail-type': ['MediaConvert Job State Change'],
      detail: {
        queue: [{ 'Fn::GetAtt': [encoder, 'Arn'] }],
        status: ['PROGRESSING', 'STATUS_UPDATE', 'COMPLETE', 'ERROR', 'CANCELED'],
      },
    },
  });
});

test('a completed job starts every step, each from its own queue', () => {
  const queues = STEPS.map((step) => queuesOf(step));
  expect(queues.map((ids) => ids.length)).toEqual(STEPS.map(() => 1));
  expect(new Set(queues.flat()).size).toBe(STEPS.length);
  for (const [id] of queues) expect(statusesTo(id)).toEqual(['COMPLETE']);
});

test('all other job states go to completion', () => {
  expect(statusesTo(queuesOf('completion')[0])).toEqual(['PROGRESSING', 'STATUS_UPDATE', 'ERROR', 'CANCELED']);
});

test('completion consumes the dead letters of every queue in the chain', () => {
  const deadLetters = ['transcode', ...STEPS, 'completion'].map((name) => deadLettersOf(queuesOf(name)[0]));
  expect(queuesOf('completion').slice(1).toSorted()).toEqual(deadLetters.toSorted());
});

test('completion knows the dead-letter queue of every function', () => {
  const variables = at(functions(pipeline).get('completion'), 'resource', 'Properties', 'Environment', 'Variables');
  for (const name of ['transcode', ...STEPS]) {
    expect(idOf(at(variables, `${name.toUpperCase()}_DEAD_LETTERS_ARN`))).toBe(deadLettersOf(queuesOf(name)[0]));
  }
});

test('deadlines have their own schedule group and the configured duration', () => {
  const [group] = resources(pipeline, 'AWS::Scheduler::ScheduleGroup').keys();
  const { pipeline: patient } = synthesizeTemplates({ pipeline: { jobDeadlineMinutes: 90 } });
  for (const name of ['transcode', 'completion']) {
    const variables = (template: typeof pipeline): unknown =>
      at(functions(template).get(name), 'resource', 'Properties', 'Environment', 'Variables');
    expect(variables(pipeline)).toMatchObject({
      DEADLINE_GROUP: { Ref: group },
      DEADLINE_QUEUE_ARN: { 'Fn::GetAtt': [queuesOf('completion')[0], 'Arn'] },
      JOB_DEADLINE_MINUTES: '30',
    });
    expect(variables(patient)).toMatchObject({ JOB_DEADLINE_MINUTES: '90' });
  }
});

test('completion republishes lost job events to the topic that feeds the steps', () => {
  const variables = at(functions(pipeline).get('completion'), 'resource', 'Properties', 'Environment', 'Variables');
  const topic = at(variables, 'TRANSCODE_EVENTS_TOPIC_ARN', 'Ref');
  for (const { Properties } of resources(pipeline, 'AWS::SNS::Subscription').values()) {
    expect(at(Properties, 'TopicArn', 'Ref')).toBe(topic);
  }
});

test('queues receive raw events without the SNS envelope', () => {
  pipeline.allResourcesProperties('AWS::SNS::Subscription', {
    RawMessageDelivery: true,
    FilterPolicyScope: 'MessageBody',
  });
});

test('undeliverable notifications go to the dead-letter queue of the subscribed queue', () => {
  for (const { Properties } of resources(pipeline, 'AWS::SNS::Subscription').values()) {
    const target = at(Properties, 'RedrivePolicy', 'deadLetterTargetArn');
    expect(idOf(target)).toBe(deadLettersOf(idOf(Properties['Endpoint'])));
  }
});

test('the visibility timeout is at least six times the function timeout', () => {
  const names = ['transcode', ...STEPS, 'completion'];
  const fed = names.flatMap((name) => queuesOf(name).map((id) => ({ name, id })));
  expect(fed).toHaveLength(2 * names.length);
  for (const { name, id } of fed) {
    const timeout = Number(functions(pipeline).get(name)?.resource.Properties['Timeout']);
    expect(Number(queue(id)?.['VisibilityTimeout'])).toBeGreaterThanOrEqual(6 * timeout);
  }
});

test('batches report item failures, and concurrency is limited without reservations', () => {
  pipeline.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 10 },
  });
  pipeline.allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
});

test('every queue is encrypted, requires TLS, and has or is a dead-letter queue', () => {
  const ids = [...resources(pipeline, 'AWS::SQS::Queue').keys()];
  const deadLetters = new Set(ids.filter((id) => queue(id)?.['RedrivePolicy'] !== undefined).map(deadLettersOf));
  expect(deadLetters.size).toBe(ids.length / 2);
  pipeline.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  pipeline.allResourcesProperties('AWS::SQS::QueuePolicy', REFUSES_WITHOUT_TLS);
  expect(resources(pipeline, 'AWS::SQS::QueuePolicy').size).toBe(ids.length);
});

test('dead letters are retained longer than messages', () => {
  for (const { Properties } of resources(pipeline, 'AWS::SQS::Queue').values()) {
    if (Properties['RedrivePolicy'] === undefined) continue;
    const kept = queue(idOf(at(Properties, 'RedrivePolicy', 'deadLetterTargetArn')))?.['MessageRetentionPeriod'];
    expect(Number(kept)).toBeGreaterThan(Number(Properties['MessageRetentionPeriod']));
  }
});

test('topics require TLS and have no encryption key', () => {
  pipeline.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.absent() });
  pipeline.allResourcesProperties('AWS::SNS::TopicPolicy', REFUSES_WITHOUT_TLS);
});

test('the configuration limits the ladder', () => {
  const { pipeline: small } = synthesizeTemplates({ ladder: { maxShortSide: 720 } });
  small.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { LADDER_MAX_SHORT_SIDE: '720' } },
  });
});
