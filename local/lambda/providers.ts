import * as z from 'zod';
import { regionalArn } from '../cloud/account.ts';
import { makeMemoryProvider } from '../cloud/memory-provider.ts';
import type { Resource, ResourceProvider } from '../cloud/resource.ts';
import { stableHex, stableUuid } from '../cloud/stable-id.ts';
import { compilePattern } from '../eventbridge/pattern.ts';
import type { Sqs } from '../sqs/sqs.ts';
import { nameOf, type Principal, roleSession } from '../iam/access.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import { RESERVED_VARIABLES } from './function-configuration.ts';
import { ASYNC_DEFAULTS, type Lambda } from './lambda.ts';
import { makeUrlDomainName } from './url-event.ts';

interface LambdaProvidersOptions {
  readonly lambda: Lambda;
  readonly sqs: Sqs;
  readonly authorizer: Authorizer;
  /** Directory of a function's code, by its key in the assets bucket. */
  readonly assetPath: (key: string) => string;
  /** Whether a service does the work of this function itself, so that the function is recorded and never run. */
  readonly isReplacedLocally: (resource: Resource) => boolean;
}

const variables = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .refine((record) => !Object.keys(record).some((name) => RESERVED_VARIABLES.has(name)), {
    error: ({ input }) =>
      `reserved by Lambda: ${Object.keys(Object(input))
        .filter((name) => RESERVED_VARIABLES.has(name))
        .join(', ')}`,
  });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
const functionSchema = z.object({
  FunctionName: z.string().optional(),
  Code: z.object({ S3Bucket: z.string(), S3Key: z.string() }, 'the laptop cloud runs code from assets only'),
  Handler: z.string(),
  Runtime: z.string().startsWith('nodejs', 'the laptop cloud runs Node.js functions only'),
  Role: z.string(),
  Environment: z.object({ Variables: variables.default({}) }).default({ Variables: {} }),
  Timeout: z.coerce.number().int().min(1).max(900).default(3),
  MemorySize: z.coerce.number().int().min(128).max(10_240).default(128),
  ReservedConcurrentExecutions: z.coerce.number().int().min(0).optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
const mappingSchema = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string().startsWith('arn:aws:sqs:', 'the laptop cloud maps queues only'),
  Enabled: z.boolean().default(true),
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().int().min(0).max(300).default(0),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000).optional() }).optional(),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })) }).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
});

const destination = z.strictObject({ Destination: z.string() }).optional();

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html */
const eventInvokeSchema = z.object({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST', 'the laptop cloud supports no versions'),
  MaximumRetryAttempts: z.coerce.number().int().min(0).max(2).default(2),
  MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(21_600).default(21_600),
  DestinationConfig: z.strictObject({ OnSuccess: destination, OnFailure: destination }).default({}),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html */
const urlSchema = z.object({
  TargetFunctionArn: z.string(),
  AuthType: z.enum(['AWS_IAM', 'NONE']),
  InvokeMode: z.enum(['BUFFERED', 'RESPONSE_STREAM']).default('BUFFERED'),
});

const permissionSchema = z.object({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
  FunctionUrlAuthType: z.string().optional(),
  InvokedViaFunctionUrl: z.union([z.boolean(), z.stringbool()]).optional(),
});

/**
 * Requires that Lambda may assume a function's role.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 *
 * @throws Error that names the role, as the creation of a function does
 */
async function requireTrust(authorizer: Authorizer, roleArn: string): Promise<void> {
  const lambda: Principal = { kind: 'service', service: 'lambda.amazonaws.com' };
  if (await authorizer.may(lambda, { action: 'sts:AssumeRole', resource: roleArn })) return;
  throw new Error(`The role defined for the function cannot be assumed by Lambda: ${roleArn}`);
}

/**
 * Requires that a function's role may poll a queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 *
 * @throws Error that names the missing action, as the creation of an event source mapping does
 */
async function requirePollAccess(authorizer: Authorizer, role: Principal, queueArn: string): Promise<void> {
  for (const operation of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    if (await authorizer.may(role, { action: `sqs:${operation}`, resource: queueArn })) continue;
    throw new Error(`The provided execution role does not have permissions to call ${operation} on SQS: ${nameOf(role)}`);
  }
}

export function lambdaProviders({
  lambda,
  sqs,
  authorizer,
  assetPath,
  isReplacedLocally,
}: LambdaProvidersOptions): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::Lambda::Function',
      supportedProperties: Object.keys(functionSchema.shape),
      provision: async (resource) => {
        const { properties, physicalName, logicalId } = resource;
        await requireTrust(authorizer, z.string().parse(properties['Role']));
        if (isReplacedLocally(resource)) {
          return { ref: physicalName, attributes: { Arn: regionalArn('lambda', `function:${physicalName}`) } };
        }
        const given = functionSchema.parse(properties);
        const name = given.FunctionName ?? physicalName;
        const arn = regionalArn('lambda', `function:${name}`);
        lambda.define({
          name,
          arn,
          logicalId,
          handler: given.Handler,
          runtime: given.Runtime,
          assetDir: assetPath(given.Code.S3Key),
          environment: given.Environment.Variables,
          timeoutSeconds: given.Timeout,
          memoryMb: given.MemorySize,
          roleArn: given.Role,
          reservedConcurrency: given.ReservedConcurrentExecutions,
          deadLetterArn: given.DeadLetterConfig?.TargetArn,
        });
        return { ref: name, attributes: { Arn: arn } };
      },
      delete: ({ properties, physicalName }) => {
        const name = typeof properties['FunctionName'] === 'string' ? properties['FunctionName'] : physicalName;
        return lambda.remove(regionalArn('lambda', `function:${name}`));
      },
    },
    {
      // Recorded only: no function of this app uses a layer, except those that the laptop replaces.
      type: 'AWS::Lambda::LayerVersion',
      supportedProperties: [],
      provision: async ({ physicalName }) => {
        const arn = regionalArn('lambda', `layer:${physicalName}:1`);
        return { ref: arn, attributes: { LayerVersionArn: arn } };
      },
    },
    makeMemoryProvider('AWS::Lambda::EventSourceMapping', Object.keys(mappingSchema.shape), async ({ properties, physicalName }) => {
      const given = mappingSchema.parse(properties);
      const queue = sqs.getByArn(given.EventSourceArn);
      const { timeoutSeconds, roleArn, name } = lambda.getByName(given.FunctionName).configuration;
      await requirePollAccess(authorizer, roleSession(roleArn, name), queue.settings.arn);
      const { visibilityTimeoutSeconds } = queue.settings;
      if (visibilityTimeoutSeconds < timeoutSeconds) {
        throw new Error(
          `Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
        );
      }
      if (given.BatchSize > 10 && given.MaximumBatchingWindowInSeconds === 0) {
        throw new Error(
          'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
        );
      }
      const source = {
        queue,
        batchSize: given.BatchSize,
        windowSeconds: given.MaximumBatchingWindowInSeconds,
        concurrency: given.ScalingConfig?.MaximumConcurrency,
        filters: given.FilterCriteria?.Filters.map(({ Pattern }) =>
          compilePattern(JSON.parse(Pattern), 'FilterCriteria'),
        ),
        reportsFailures: given.FunctionResponseTypes.length > 0,
      };
      const remove = given.Enabled ? lambda.addSqsSource(given.FunctionName, source) : () => undefined;
      const id = stableUuid(physicalName);
      const arn = regionalArn('lambda', `event-source-mapping:${id}`);
      return { ref: id, attributes: { Id: id, EventSourceMappingArn: arn }, remove };
    }),
    makeMemoryProvider('AWS::Lambda::EventInvokeConfig', Object.keys(eventInvokeSchema.shape), async ({ properties, physicalName }) => {
      const given = eventInvokeSchema.parse(properties);
      lambda.configureAsync(given.FunctionName, {
        maximumRetryAttempts: given.MaximumRetryAttempts,
        maximumEventAgeSeconds: given.MaximumEventAgeInSeconds,
        onSuccessArn: given.DestinationConfig.OnSuccess?.Destination,
        onFailureArn: given.DestinationConfig.OnFailure?.Destination,
      });
      return { ref: physicalName, remove: () => lambda.configureAsync(given.FunctionName, ASYNC_DEFAULTS) };
    }),
    makeMemoryProvider('AWS::Lambda::Url', Object.keys(urlSchema.shape), async ({ properties, physicalName }) => {
      const given = urlSchema.parse(properties);
      const functionArn = lambda.getByName(given.TargetFunctionArn).configuration.arn;
      const domainName = makeUrlDomainName(stableHex(physicalName, 32));
      lambda.urls.add({ functionArn, domainName, authType: given.AuthType, invokeMode: given.InvokeMode });
      const attributes = { FunctionArn: functionArn, FunctionUrl: `https://${domainName}/` };
      return { ref: functionArn, attributes, remove: () => lambda.urls.remove(functionArn) };
    }),
    makeMemoryProvider('AWS::Lambda::Permission', Object.keys(permissionSchema.shape), async ({ properties, physicalName }) => {
      const { FunctionName: functionName, ...permission } = permissionSchema.parse(properties);
      const remove = lambda.addPermission(functionName, permission);
      return { ref: physicalName, attributes: { Id: physicalName }, remove };
    }),
  ];
}
