import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { MAX_STARTS } from '../../../lambdas/chain/max-starts.ts';
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

test('the job rule matches only jobs of the deployment and the states that consumers handle', () => {
  pipeline.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.mediaconvert'],
      'detail-type': ['MediaConvert Job State Change'],
      detail: {
        queue: Match.absent(),
        userMetadata: { deployment: ['SluicePipeline'] },
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

test('all queues in the chain share one dead-letter queue, which completion consumes', () => {
  const deadLetters = ['transcode', ...STEPS, 'completion'].map((name) => deadLettersOf(queuesOf(name)[0]));
  expect(new Set(deadLetters).size).toBe(1);
  expect(queuesOf('completion').slice(1)).toEqual([deadLetters[0]]);
});

test('completion knows the queue that each dead letter comes from', () => {
  const variables = at(functions(pipeline).get('completion'), 'resource', 'Properties', 'Environment', 'Variables');
  for (const name of ['transcode', ...STEPS]) {
    expect(idOf(at(variables, `${name.toUpperCase()}_QUEUE_ARN`))).toBe(queuesOf(name)[0]);
  }
});

test('deadlines have their own schedule group and the configured duration', () => {
  const [group] = resources(pipeline, 'AWS::Scheduler::ScheduleGroup').keys();
  const { pipeline: patient } = synthesizeTemplates({ pipeline: { jobDeadlineMinutes: 90 } });
  const variables = (template: typeof pipeline, name: string): unknown =>
    at(functions(template).get(name), 'resource', 'Properties', 'Environment', 'Variables');
  for (const name of ['transcode', 'completion']) {
    expect(variables(pipeline, name)).toMatchObject({
      DEADLINE_GROUP: { Ref: group },
      DEADLINE_QUEUE_ARN: { 'Fn::GetAtt': [queuesOf('completion')[0], 'Arn'] },
    });
  }
  expect(variables(pipeline, 'completion')).toMatchObject({ JOB_DEADLINE_MINUTES: '30' });
  expect(variables(patient, 'completion')).toMatchObject({ JOB_DEADLINE_MINUTES: '90' });
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
  expect(fed).toHaveLength(names.length + 1);
  for (const { name, id } of fed) {
    const timeout = Number(functions(pipeline).get(name)?.resource.Properties['Timeout']);
    expect(Number(queue(id)?.['VisibilityTimeout'])).toBeGreaterThanOrEqual(6 * timeout);
  }
});

test('docs/errors.md states the number of starts, the interval of deliveries and the age of dead letters', () => {
  for (const name of ['transcode', ...STEPS, 'completion']) {
    // The maximum of SQS, since a delivery counts even if Lambda throttled the function throughout.
    expect([name, at(queue(queuesOf(name)[0])?.['RedrivePolicy'], 'maxReceiveCount')]).toEqual([name, 1000]);
  }
  pipeline.allResourcesProperties('AWS::SQS::Queue', { VisibilityTimeout: 360 });
  expect(queue(deadLettersOf(queuesOf('transcode')[0]))?.['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
  const text = readFileSync('docs/errors.md', 'utf8').replaceAll(/\s+/g, ' ');
  expect(MAX_STARTS).toBe(5);
  expect(text).toContain('again after six minutes. The catalog counts how often a function started on it, up to five times');
  expect(text).toContain('a thousand deliveries, which take four days, make a dead letter');
  expect(text).toContain('until the message is two weeks old');
});

/** Returns the ceilings of all event sources in templates, by function. */
function ceilingsIn(...templates: readonly Template[]): readonly number[] {
  return templates.flatMap((template) =>
    [...resources(template, 'AWS::Lambda::EventSourceMapping').values()].map(({ Properties }) =>
      Number(at(Properties, 'ScalingConfig', 'MaximumConcurrency')),
    ),
  );
}

test.each(['dev', 'prod'])('the ceilings of all event sources add up to at most 40 in %s', (stage) => {
  const templates = synthesizeTemplates({ stage });
  const ceilings = ceilingsIn(templates.data, templates.pipeline, templates.delivery);
  expect(ceilings).toHaveLength(10);
  for (const ceiling of ceilings) expect(ceiling).toBeGreaterThanOrEqual(2);
  expect(ceilings.reduce((sum, ceiling) => sum + ceiling)).toBeLessThanOrEqual(40);
});

test('the configuration sets the ceilings', () => {
  const concurrency = { transcode: 20, step: 21, completion: 22, removal: 23, withdrawal: 24 };
  const templates = synthesizeTemplates({ concurrency });
  const ceilings = ceilingsIn(templates.pipeline, templates.delivery).toSorted((a, b) => a - b);
  expect(ceilings).toEqual([2, 2, 2, 20, 21, 21, 21, 22, 23, 24]);
});

test('batches report item failures', () => {
  pipeline.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('concurrency is reserved for viewers only by the configuration', () => {
  const reservedIn = (settings: Record<string, unknown>) => {
    const { pipeline: chain, delivery } = synthesizeTemplates(settings);
    return [chain, delivery].flatMap((template) =>
      [...functions(template)].flatMap(([name, { resource }]) => {
        const reserved = resource.Properties['ReservedConcurrentExecutions'];
        return reserved === undefined ? [] : [[name, reserved] as const];
      }),
    );
  };
  expect(reservedIn({})).toEqual([]);
  const reserved = reservedIn({ concurrency: { reserved: { api: 50, playlist: 200 } } });
  expect(Object.fromEntries(reserved)).toEqual({ api: 50, playlist: 200 });
});

test('every queue is encrypted, requires TLS, and has or is a dead-letter queue', () => {
  const ids = [...resources(pipeline, 'AWS::SQS::Queue').keys()];
  const deadLetters = new Set(ids.filter((id) => queue(id)?.['RedrivePolicy'] !== undefined).map(deadLettersOf));
  expect(deadLetters.size).toBe(1);
  expect(ids.length).toBe(STEPS.length + 3);
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

test('the configuration limits the ladder and its price', () => {
  const { pipeline: small } = synthesizeTemplates({ ladder: { maxShortSide: 720 }, encode: { maxPriceUsdPerDay: 20.5 } });
  small.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: {
        LADDER_MAX_SHORT_SIDE: '720',
        ENCODE_MAX_PRICE_USD: '50',
        ENCODE_MAX_PRICE_USD_PER_DAY: '20.5',
      },
    },
  });
});
