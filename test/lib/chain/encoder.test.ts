import { Match } from 'aws-cdk-lib/assertions';
import { compilePattern } from '../../../local/eventbridge/pattern.ts';
import { jobStateChange } from '../../support/events.ts';
import { at, functions, resources, synthesizeTemplates, synthesizeTogether } from '../../support/lib/synthesize.ts';

const DEFAULT_QUEUE = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':mediaconvert:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':queues/Default']] };

type Pipeline = ReturnType<typeof synthesizeTemplates>['pipeline'];

function variablesOf(pipeline: Pipeline, name: string): unknown {
  return at(functions(pipeline).get(name), 'resource', 'Properties', 'Environment', 'Variables');
}

function jobPatternOf(pipeline: Pipeline): unknown {
  const patterns = [...resources(pipeline, 'AWS::Events::Rule').values()].map(({ Properties }) => Properties['EventPattern']);
  return patterns.find((pattern) => JSON.stringify(pattern).includes('aws.mediaconvert'));
}

/** Returns the event of a job with this deployment's id, in the account's default queue. */
function eventOf(deployment: string): unknown {
  const ids = {
    videoId: '01890000-0000-7000-8000-000000000000',
    revisionId: '01890000-0000-7000-8000-000000000001',
    revision: '1',
    attemptId: 'a1b2c3d4',
  };
  const queue = 'arn:aws:mediaconvert:us-east-1:000000000000:queues/Default';
  return jobStateChange({ jobId: 'j', queue, userMetadata: { deployment, ...ids } }, 'COMPLETE');
}

test('uses the account’s default queue by default', () => {
  const { pipeline } = synthesizeTemplates();
  pipeline.resourceCountIs('AWS::MediaConvert::Queue', 0);
  expect(variablesOf(pipeline, 'transcode')).toMatchObject({ ENCODER_QUEUE_ARN: DEFAULT_QUEUE });
  pipeline.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [Match.objectLike({ Condition: Match.objectLike({ ArnEquals: { 'aws:SourceArn': DEFAULT_QUEUE } }) })],
    },
  });
});

test('uses a dedicated queue with its share of the account’s concurrent jobs if one is configured', () => {
  const { pipeline } = synthesizeTemplates({ encode: { queue: 'dedicated', concurrentJobs: 12 } });
  pipeline.hasResourceProperties('AWS::MediaConvert::Queue', { ConcurrentJobs: 12, PricingPlan: 'ON_DEMAND' });
  const [queue] = resources(pipeline, 'AWS::MediaConvert::Queue').keys();
  expect(variablesOf(pipeline, 'transcode')).toMatchObject({ ENCODER_QUEUE_ARN: { 'Fn::GetAtt': [queue, 'Arn'] } });
});

test('two deployments on the default queue each receive the events of their own jobs alone', () => {
  const [school, studio] = synthesizeTogether([{ stackPrefix: 'School' }, { stackPrefix: 'Studio' }]);
  const matchers = [school!, studio!].map(({ pipeline }) => compilePattern(jobPatternOf(pipeline)));
  const foreign = { ...Object(eventOf('')), detail: { ...Object(eventOf('')).detail, userMetadata: {} } };
  const received = [eventOf('SchoolPipeline'), eventOf('StudioPipeline'), eventOf('Other'), foreign].map((event) =>
    matchers.map((matches) => matches(event)),
  );
  expect(received).toEqual([[true, false], [false, true], [false, false], [false, false]]);
  for (const name of ['transcode', 'completion']) {
    expect(variablesOf(school!.pipeline, name)).toMatchObject({ DEPLOYMENT_ID: 'SchoolPipeline' });
    expect(variablesOf(studio!.pipeline, name)).toMatchObject({ DEPLOYMENT_ID: 'StudioPipeline' });
  }
});
