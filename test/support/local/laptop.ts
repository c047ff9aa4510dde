import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import type { Directory } from '../../../local/cloud/directory.ts';
import { openServices } from '../../../local/cloud/open-services.ts';
import type { Provisioned } from '../../../local/cloud/resource.ts';
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
import { temporaryContext } from './serve-services.ts';

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
  /** Creates a resource as the template would. */
  readonly provision: (type: string, logicalId: string, properties?: Record<string, unknown>) => Promise<Provisioned>;
  /** Creates a function from the source of its `index.mjs`. */
  readonly provisionFunction: (
    logicalId: string,
    source: string,
    properties?: Record<string, unknown>,
  ) => Promise<string>;
  /** Ends everything in order; another laptop may then open the directory. */
  readonly stop: () => Promise<void>;
  /** Ends everything and removes the directory. */
  readonly remove: () => Promise<void>;
}

export async function startLaptop(functionLimits: FunctionLimits = {}, dir?: string): Promise<Laptop> {
  let endpoint = '';
  const context = temporaryContext({
    ...(dir !== undefined && { stateDirectory: dir }),
    endpoint: () => endpoint,
    functionLimits: { concurrency: 10, asyncRetryDelaysMs: [10, 10], closeGraceMs: 100, ...functionLimits },
  });
  const { stateDirectory: state, credentials, directory, assetPath } = context;
  const services = await openServices(SERVICES, context);
  const server = createApiServer({ credentials, services: services.apis });
  endpoint = await listen(server);
  const providers = new Map(services.providers.map((provider) => [provider.type, provider]));
  const client = { endpoint, region: 'us-east-1', credentials: credentials.operator(), maxAttempts: 1 };
  const clients = {
    sqsClient: new SQSClient(client),
    snsClient: new SNSClient(client),
    eventBridgeClient: new EventBridgeClient(client),
    lambdaClient: new LambdaClient(client),
    secretsClient: new SecretsManagerClient(client),
  };
  const provision: Laptop['provision'] = async (type, logicalId, properties = {}) => {
    const provider = providers.get(type);
    if (provider === undefined) throw new Error(`No provider for ${type}`);
    return provider.provision({
      stack: 'Test',
      logicalId,
      type,
      properties,
      physicalName: `test-${logicalId.toLowerCase()}`,
    });
  };
  const stop = async (): Promise<void> => {
    for (const each of Object.values(clients)) each.destroy();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await services.close();
  };
  return {
    dir: state,
    endpoint,
    credentials,
    directory,
    bus: services.instanceOf(eventBridgeService),
    sqs: services.instanceOf(sqsService),
    lambda: services.instanceOf(lambdaService),
    scheduler: services.instanceOf(schedulerService),
    secrets: services.instanceOf(secretsManagerService),
    iam: services.instanceOf(iamService),
    ...clients,
    provision,
    provisionFunction: async (logicalId, source, properties = {}) => {
      const assetDir = assetPath(logicalId);
      await mkdirWith(assetDir, 'index.mjs', source);
      const { attributes } = await provision('AWS::Lambda::Function', logicalId, {
        Code: { S3Bucket: 'assets', S3Key: logicalId },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: `arn:aws:iam::000000000000:role/${logicalId}`,
        Timeout: 10,
        ...properties,
      });
      return String(attributes?.['Arn']);
    },
    stop,
    remove: async () => {
      await stop();
      await rm(state, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return `http://127.0.0.1:${address.port}`;
}

async function mkdirWith(dir: string, name: string, content: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, name), content);
}
