import { at, listOf } from '../at.ts';
import type { Stacks } from './checked-deployments.ts';
import { type FoundResource, intrinsicsIn, isSame, placeOf, resolveResource, resourcesOf } from './references.ts';

/**
 * Multiple of its function's timeout that a queue's visibility timeout should have at least, so that Lambda can retry a
 * throttled batch before the queue delivers it again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
 */
const MIN_VISIBILITY_FACTOR = 6;

/**
 * Queues with a shorter visibility timeout, by a part of their logical id. The page above requires only that it is not
 * shorter than the function's timeout.
 */
export const SHORT_VISIBILITY: Readonly<Record<string, string>> = {
  RemovalWorkQueue: 'Playlists of a deleted video must be refused within a minute even if the function is killed once.',
  WithdrawalWorkQueue: 'Playlists of a withdrawn video must be refused within a minute even if the function is killed once.',
};

/** Checks the visibility timeout of every queue that feeds a function. @returns problems with their places */
export function checkVisibility(stacks: Stacks): readonly string[] {
  return resourcesOf(stacks, 'AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
    const { stack, resource } = mapping;
    const queue = resolveResource(stacks, stack, resource.Properties?.['EventSourceArn']);
    const fn = resolveResource(stacks, stack, resource.Properties?.['FunctionName']);
    if (queue?.resource.Type !== 'AWS::SQS::Queue' || fn === undefined)
      return [`${placeOf(mapping)}: has no queue or no function`];
    // Defaults of CloudFormation, in seconds.
    const timeout = Number(fn.resource.Properties?.['Timeout'] ?? 3);
    const visibility = Number(queue.resource.Properties?.['VisibilityTimeout'] ?? 30);
    const isExplained = Object.keys(SHORT_VISIBILITY).some((part) => queue.logicalId.startsWith(part));
    const min = isExplained ? timeout : MIN_VISIBILITY_FACTOR * timeout;
    return visibility >= min ? [] : [`${placeOf(queue)}: is visible again after ${visibility} s, before ${min} s`];
  });
}

/**
 * Checks that whatever delivers in the background has dead letters: queues, rules, subscriptions, and functions that are
 * invoked asynchronously. Dead-letter queues themselves need none.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 *
 * @returns problems with their places
 */
export function checkDeadLetters(stacks: Stacks): readonly string[] {
  const deadLetters = deadLetterQueues(stacks);
  const queues = resourcesOf(stacks, 'AWS::SQS::Queue').filter(
    (queue) => !deadLetters.some((other) => isSame(queue, other)) && deadLettersOf(stacks, queue) === undefined,
  );
  const subscriptions = resourcesOf(stacks, 'AWS::SNS::Subscription').filter(
    (each) => deadLettersOf(stacks, each) === undefined,
  );
  const targets = resourcesOf(stacks, 'AWS::Events::Rule').filter((rule) =>
    targetsOf(rule).some(
      (target) => resolveResource(stacks, rule.stack, at(target, 'DeadLetterConfig', 'Arn')) === undefined,
    ),
  );
  const functions = resourcesOf(stacks, 'AWS::Lambda::Function').filter(
    (fn) => isInvokedAsynchronously(stacks, fn) && !hasFailureDestination(stacks, fn),
  );
  return [...queues, ...subscriptions, ...targets, ...functions].map((each) => `${placeOf(each)}: has no dead letters`);
}

/** Metrics of a queue that show whether it holds messages. */
const HELD_MESSAGES = new Set(['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage']);

/**
 * Checks that every dead-letter queue has an alarm that tells somebody that it holds messages.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html
 *
 * @returns problems with their places
 */
export function checkAlarms(stacks: Stacks): readonly string[] {
  const watched = resourcesOf(stacks, 'AWS::CloudWatch::Alarm').flatMap(({ stack, resource: { Properties = {} } }) => {
    if (listOf(Properties['AlarmActions']).length === 0) return [];
    const parts = listOf(Properties['Metrics']);
    const metrics = [Properties, ...parts.map((part) => at(part, 'MetricStat', 'Metric'))];
    return metrics
      .filter((metric) => HELD_MESSAGES.has(String(at(metric, 'MetricName'))))
      .flatMap((metric) => listOf(at(metric, 'Dimensions')))
      .flatMap((dimension) => resolveResource(stacks, stack, at(dimension, 'Value')) ?? []);
  });
  const places = new Set(deadLetterQueues(stacks).map(placeOf));
  for (const queue of watched) places.delete(placeOf(queue));
  return [...places].map((place) => `${place}: has no alarm`);
}

/** Returns the queues that receive dead letters of others. */
export function deadLetterQueues(stacks: Stacks): readonly FoundResource[] {
  const owners = resourcesOf(stacks, 'AWS::SQS::Queue', 'AWS::SNS::Subscription');
  return owners.flatMap((owner) => deadLettersOf(stacks, owner) ?? []);
}

function deadLettersOf(stacks: Stacks, { stack, resource }: FoundResource): FoundResource | undefined {
  return resolveResource(stacks, stack, at(resource.Properties, 'RedrivePolicy', 'deadLetterTargetArn'));
}

function targetsOf({ resource }: FoundResource): readonly unknown[] {
  return (resource.Properties?.['Targets'] as readonly unknown[] | undefined) ?? [];
}

/**
 * Services that wait for what a function returns. CloudFormation invokes functions of custom resources asynchronously, but
 * waits for their response, and fails the deployment without one; it needs no permission.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
 */
const SYNCHRONOUS = new Set(['apigateway.amazonaws.com', 'cloudfront.amazonaws.com', 'cognito-idp.amazonaws.com']);

function isInvokedAsynchronously(stacks: Stacks, fn: FoundResource): boolean {
  const isThis = (stack: string, value: unknown): boolean => isSame(resolveResource(stacks, stack, value), fn);
  const permitted = resourcesOf(stacks, 'AWS::Lambda::Permission').some(
    ({ stack, resource: { Properties } }) =>
      isThis(stack, Properties?.['FunctionName']) && !SYNCHRONOUS.has(String(Properties?.['Principal'])),
  );
  const isTarget = resourcesOf(stacks, 'AWS::Events::Rule').some((rule) =>
    targetsOf(rule).some((target) => isThis(rule.stack, at(target, 'Arn'))),
  );
  return permitted || isTarget;
}

function hasFailureDestination(stacks: Stacks, fn: FoundResource): boolean {
  if (at(fn.resource.Properties, 'DeadLetterConfig', 'TargetArn') !== undefined) return true;
  return resourcesOf(stacks, 'AWS::Lambda::EventInvokeConfig').some(
    ({ stack, resource: { Properties } }) =>
      isSame(resolveResource(stacks, stack, Properties?.['FunctionName']), fn) &&
      at(Properties, 'DestinationConfig', 'OnFailure', 'Destination') !== undefined,
  );
}

/**
 * Functions whose log group the CDK does not create. It adds them at the end of the synthesis, when nothing can be added to
 * them. They run only in a deployment that changes a value which another region needs, and write a few lines.
 */
const WITHOUT_LOG_GROUP = /^CustomCrossRegionExport(?:Reader|Writer)CustomResourceProviderHandler/;

/**
 * Checks that logs expire: every function writes to a log group of the stack, every log group has a retention, and buckets that
 * receive logs delete them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
 *
 * @returns problems with their places
 */
export function checkLogRetention(stacks: Stacks): readonly string[] {
  const groups = resourcesOf(stacks, 'AWS::Logs::LogGroup').filter(
    ({ resource }) => !resource.Properties?.['RetentionInDays'],
  );
  const functions = resourcesOf(stacks, 'AWS::Lambda::Function').filter(({ stack, logicalId, resource }) => {
    const group = resolveResource(stacks, stack, at(resource.Properties, 'LoggingConfig', 'LogGroup'));
    return group?.resource.Type !== 'AWS::Logs::LogGroup' && !WITHOUT_LOG_GROUP.test(logicalId);
  });
  const buckets = resourcesOf(stacks, 'AWS::Logs::DeliveryDestination').filter(({ stack, resource }) => {
    const bucket = resolveResource(stacks, stack, resource.Properties?.['DestinationResourceArn']);
    const rules = at(bucket?.resource.Properties, 'LifecycleConfiguration', 'Rules') as readonly object[] | undefined;
    return !rules?.some((rule) => at(rule, 'Status') === 'Enabled' && at(rule, 'ExpirationInDays') !== undefined);
  });
  // RDS creates the log groups of exported logs by itself, without retention.
  const exporting = resourcesOf(stacks, 'AWS::RDS::DBCluster').filter(
    ({ resource }) => resource.Properties?.['EnableCloudwatchLogsExports'] !== undefined,
  );
  return [...groups, ...functions, ...buckets, ...exporting].map((each) => `${placeOf(each)}: has logs that never expire`);
}

/**
 * Checks that stacks import only what another stack exports, and that no stacks import from each other in a circle.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 *
 * @returns problems with their places
 */
export function checkImports(stacks: Stacks): readonly string[] {
  const exporters = new Map(
    Object.entries(stacks).flatMap(([stack, { Outputs = {} }]) =>
      Object.values(Outputs).flatMap(({ Export }) => (Export === undefined ? [] : [[Export.Name, stack] as const])),
    ),
  );
  const imports = Object.entries(stacks).flatMap(([stack, template]) =>
    intrinsicsIn(template).flatMap((call) =>
      'Fn::ImportValue' in call ? [{ stack, name: String(call['Fn::ImportValue']) }] : [],
    ),
  );
  const missing = imports.filter(({ name }) => !exporters.has(name));
  const reaches = (from: string, to: string, seen: readonly string[] = []): boolean =>
    imports.some(({ stack, name }) => {
      const next = exporters.get(name);
      if (stack !== from || next === undefined || seen.includes(next)) return false;
      return next === to || reaches(next, to, [...seen, next]);
    });
  return [
    ...missing.map(({ stack, name }) => `${stack}: imports ${name}, which no stack exports`),
    ...Object.keys(stacks)
      .filter((stack) => reaches(stack, stack))
      .map((stack) => `${stack}: imports from itself in a circle`),
  ];
}
