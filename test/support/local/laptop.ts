import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from '../../../local/aws-api/credentials.ts';
import type { Directory } from '../../../local/cloud/directory.ts';
import { DEFAULT_HABITS, type LambdaHabits } from '../../../local/cloud/habits.ts';
import type { EventBus } from '../../../local/eventbridge/event-bus.ts';
import { eventBridgeService } from '../../../local/eventbridge/service.ts';
import type { Iam } from '../../../local/iam/iam.ts';
import { iamService } from '../../../local/iam/service.ts';
import type { FunctionLimits, Lambda } from '../../../local/lambda/lambda.ts';
import { lambdaService } from '../../../local/lambda/service.ts';
import type { Scheduler } from '../../../local/scheduler/scheduler.ts';
import { schedulerService } from '../../../local/scheduler/service.ts';
import type { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { secretsManagerService } from '../../../local/secrets-manager/service.ts';
import { snsService } from '../../../local/sns/service.ts';
import { sqsService } from '../../../local/sqs/service.ts';
import type { Sqs } from '../../../local/sqs/sqs.ts';
import { stsService } from '../../../local/sts/service.ts';
import { serveServices, type ServedServices } from './serve-services.ts';

const SERVICES = [
  eventBridgeService,
  iamService,
  lambdaService,
  schedulerService,
  secretsManagerService,
  snsService,
  sqsService,
  stsService,
];

/** Messaging and compute behind one server, with state in a directory that outlives `stop`. */
export interface Laptop {
  readonly dir: string;
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly directory: Directory;
  readonly bus: EventBus;
  readonly sqs: Sqs;
  readonly lambda: Lambda;
  readonly scheduler: Scheduler;
  readonly secrets: SecretsManager;
  readonly iam: Iam;
  readonly sqsClient: SQSClient;
  readonly snsClient: SNSClient;
  readonly eventBridgeClient: EventBridgeClient;
  readonly lambdaClient: LambdaClient;
  readonly secretsClient: SecretsManagerClient;
  readonly provision: ServedServices['provision'];
  /** Creates a function from the source of its `index.mjs`. */
  readonly provisionFunction: (
    logicalId: string,
    source: string,
    properties?: Record<string, unknown>,
  ) => Promise<string>;
  readonly stop: ServedServices['stop'];
  readonly remove: ServedServices['remove'];
}

export async function startLaptop(
  functionLimits: FunctionLimits = {},
  dir?: string,
  habits: Partial<LambdaHabits> = {},
): Promise<Laptop> {
  const served = await serveServices(SERVICES, {
    ...(dir !== undefined && { stateDirectory: dir }),
    habits: { ...DEFAULT_HABITS, lambda: { ...DEFAULT_HABITS.lambda, ...habits } },
    functionLimits: { concurrency: 10, asyncRetryDelaysMs: [10, 10], closeGraceMs: 100, ...functionLimits },
  });
  const { client, context, endpoint } = served;
  const clients = {
    sqsClient: new SQSClient(client),
    snsClient: new SNSClient(client),
    eventBridgeClient: new EventBridgeClient(client),
    lambdaClient: new LambdaClient(client),
    secretsClient: new SecretsManagerClient(client),
  };
  const destroyClients = (): void => {
    for (const each of Object.values(clients)) each.destroy();
  };
  return {
    dir: context.stateDirectory,
    endpoint,
    credentials: context.credentials,
    directory: context.directory,
    bus: served.instanceOf(eventBridgeService),
    sqs: served.instanceOf(sqsService),
    lambda: served.instanceOf(lambdaService),
    scheduler: served.instanceOf(schedulerService),
    secrets: served.instanceOf(secretsManagerService),
    iam: served.instanceOf(iamService).iam,
    ...clients,
    provision: (type, logicalId, properties) => served.provision(type, logicalId, properties),
    provisionFunction: async (logicalId, source, properties = {}) => {
      const assetDir = context.assetPath(logicalId);
      await mkdir(assetDir, { recursive: true });
      await writeFile(join(assetDir, 'index.mjs'), source);
      const { attributes } = await served.provision('AWS::Lambda::Function', logicalId, {
        Code: { S3Bucket: 'assets', S3Key: logicalId },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: `arn:aws:iam::000000000000:role/${logicalId}`,
        Timeout: 10,
        ...properties,
      });
      return String(attributes?.['Arn']);
    },
    stop: () => {
      destroyClients();
      return served.stop();
    },
    remove: () => {
      destroyClients();
      return served.remove();
    },
  };
}
