/** Synthesized templates by the name of their stack. */
export type Templates = Readonly<Record<string, { readonly Resources: Record<string, unknown> }>>;

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface AlarmMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** Services that invoke functions asynchronously. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html */
const ASYNCHRONOUS = /^(?:events|s3|scheduler|sns)\.amazonaws\.com$/;

/** Returns the metrics that the alarms of a template read. */
export function watchedMetrics({ Resources: resources }: Templates[string]): readonly AlarmMetric[] {
  return listResources(resources, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties: properties = {} }]) => {
    const queries = properties['Metrics'] as readonly { MetricStat?: { Metric: AlarmMetric } }[] | undefined;
    return queries?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [properties as unknown as AlarmMetric];
  });
}

/**
 * Finds queues without dead letters or without alarms, asynchronously invoked functions without dead letters, and functions
 * that handle messages without an alarm on their errors. A dead-letter queue needs an alarm on its messages, any other one on
 * the age of its oldest message.
 *
 * @returns a line for each, `<stack>.<logical id>: <problems>`
 */
export function findUnwatched(templates: Templates): readonly string[] {
  const metrics = Object.values(templates).flatMap(watchedMetrics);
  const areAllErrorsRead = metrics.some(({ MetricName, Dimensions }) => MetricName === 'Errors' && Dimensions === undefined);
  const isRead = (stack: string, id: string, name: string): boolean =>
    metrics.some(({ MetricName, Dimensions = [] }) => MetricName === name && Dimensions.some(({ Value }) => refersTo(Value, stack, id)));
  return Object.entries(templates).flatMap(([stack, { Resources: resources }]) => {
    const queues = listResources(resources, 'AWS::SQS::Queue');
    const queueProblems = queues.map(([id, { Properties: properties = {} }]) => {
      const isDeadLetterQueue = queues.some(([, queue]) => refersTo(queue.Properties?.['RedrivePolicy'], stack, id));
      const needed = isDeadLetterQueue
        ? [[isRead(stack, id, 'ApproximateNumberOfMessagesVisible') && isRead(stack, id, 'ApproximateNumberOfMessagesNotVisible'), 'no alarm on its messages'] as const]
        : [
            [isRead(stack, id, 'ApproximateAgeOfOldestMessage'), 'no alarm on its age'] as const,
            ['RedrivePolicy' in properties, 'no dead letters'] as const,
          ];
      return [id, needed.flatMap(([isMet, problem]) => (isMet ? [] : [problem]))] as const;
    });
    const functionProblems = listAsynchronousFunctions(stack, resources).map((id) => {
      const hasDeadLetters = JSON.stringify(resources[id]).includes('"DeadLetterConfig"');
      const hasDestination = listResources(resources, 'AWS::Lambda::EventInvokeConfig').some(
        ([, { Properties: properties = {} }]) =>
          refersTo(properties['FunctionName'], stack, id) && JSON.stringify(properties).includes('"OnFailure"'),
      );
      return [id, hasDeadLetters || hasDestination ? [] : ['no dead letters']] as const;
    });
    const unwatched = listConsumers(stack, resources).filter((id) => !areAllErrorsRead && !isRead(stack, id, 'Errors'));
    const consumerProblems = unwatched.map((id) => [id, ['no alarm on its errors']] as const);
    return [...queueProblems, ...functionProblems, ...consumerProblems]
      .filter(([, problems]) => problems.length > 0)
      .map(([id, problems]) => `${stack}.${id}: ${problems.join(', ')}`);
  });
}

function listConsumers(stack: string, resources: Record<string, unknown>): readonly string[] {
  const mappings = listResources(resources, 'AWS::Lambda::EventSourceMapping');
  return listResources(resources, 'AWS::Lambda::Function')
    .map(([id]) => id)
    .filter((id) => mappings.some(([, { Properties }]) => refersTo(Properties?.['FunctionName'], stack, id)));
}

function listAsynchronousFunctions(stack: string, resources: Record<string, unknown>): readonly string[] {
  const permissions = listResources(resources, 'AWS::Lambda::Permission').filter(([, { Properties }]) =>
    ASYNCHRONOUS.test(String(Properties?.['Principal'])),
  );
  return listResources(resources, 'AWS::Lambda::Function')
    .map(([id]) => id)
    .filter((id) => permissions.some(([, { Properties }]) => refersTo(Properties?.['FunctionName'], stack, id)));
}

function listResources(resources: Record<string, unknown>, type: string): readonly (readonly [string, TemplateResource])[] {
  return (Object.entries(resources) as [string, TemplateResource][]).filter(([, { Type }]) => Type === type);
}

/** Returns whether a value refers to a resource, from its own stack or through an export, whose name CDK makes from its id. */
function refersTo(value: unknown, stack: string, id: string): boolean {
  const text = JSON.stringify(value ?? null);
  return text.includes(`"${id}"`) || new RegExp(`"${stack}:ExportsOutput(?:FnGetAtt|Ref)${id}`).test(text);
}
