import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Credentials } from '../../local/aws-api/credentials.ts';
import { createApiServer } from '../../local/aws-api/server.ts';
import { Directory } from '../../local/cloud/directory.ts';
import type { Provisioned, ResourceProvider } from '../../local/cloud/resource.ts';
import { EventBus } from '../../local/eventbridge/event-bus.ts';
import { eventBridgeApi } from '../../local/eventbridge/eventbridge-api.ts';
import { eventBridgeProviders } from '../../local/eventbridge/providers.ts';
import { Iam } from '../../local/iam/iam.ts';
import { iamProviders } from '../../local/iam/providers.ts';
import { lambdaApi } from '../../local/lambda/lambda-api.ts';
import { Lambda, type LambdaOptions } from '../../local/lambda/lambda.ts';
import { lambdaProviders } from '../../local/lambda/providers.ts';
import { Scheduler } from '../../local/scheduler/scheduler.ts';
import { schedulerApi } from '../../local/scheduler/scheduler-api.ts';
import { secretsManagerProviders } from '../../local/secrets-manager/providers.ts';
import { secretsManagerApi } from '../../local/secrets-manager/secrets-manager-api.ts';
import { SecretsManager } from '../../local/secrets-manager/secrets-manager.ts';
import { snsProviders } from '../../local/sns/providers.ts';
import { snsApi } from '../../local/sns/sns-api.ts';
import { Sns } from '../../local/sns/sns.ts';
import { sqsProviders } from '../../local/sqs/providers.ts';
import { sqsApi } from '../../local/sqs/sqs-api.ts';
import { Sqs } from '../../local/sqs/sqs.ts';
import { stsApi } from '../../local/sts/sts-api.ts';

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

export async function startLaptop(
  options: Partial<Pick<LambdaOptions, 'asyncRetryDelaysMs' | 'closeGraceMs' | 'concurrency' | 'idleMs'>> = {},
  dir?: string,
): Promise<Laptop> {
  const state = dir ?? (await mkdtemp(join(tmpdir(), 'sluice-')));
  const credentials = Credentials.open(state);
  const directory = new Directory();
  let endpoint = '';
  const sqs = new Sqs({ dir: join(state, 'sqs'), directory, endpoint: () => endpoint });
  const sns = new Sns({ directory });
  const bus = new EventBus({ directory });
  const iam = new Iam();
  const secrets = new SecretsManager(join(state, 'secrets'));
  const scheduler = await Scheduler.open({ path: join(state, 'schedules.journal'), directory });
  const lambda = await Lambda.open({
    dir: join(state, 'lambda'),
    logsDir: join(state, 'logs'),
    directory,
    credentials,
    endpoint: () => endpoint,
    asyncRetryDelaysMs: [10, 10],
    closeGraceMs: 100,
    ...options,
  });
  const roleExists = (arn: string): boolean => iam.role(arn) !== undefined;
  const services = [
    sqsApi(sqs),
    snsApi(sns),
    eventBridgeApi(bus),
    lambdaApi(lambda),
    secretsManagerApi(secrets),
    schedulerApi(scheduler),
    stsApi({ credentials, roleExists }),
  ];
  const server = createApiServer({ credentials, services });
  endpoint = await listen(server);
  const assetPath = (_bucket: string, key: string): string => join(state, 'assets', key);
  const providers = new Map<string, ResourceProvider>(
    [
      ...sqsProviders(sqs),
      ...snsProviders(sns),
      ...eventBridgeProviders(bus),
      ...lambdaProviders({ lambda, sqs, assetPath }),
      ...secretsManagerProviders(secrets),
      ...iamProviders(iam),
    ].map((provider) => [provider.type, provider]),
  );
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
    await Promise.all([lambda.close(), scheduler.close()]);
    await sqs.close();
  };
  return {
    dir: state,
    endpoint,
    credentials,
    directory,
    bus,
    sqs,
    lambda,
    scheduler,
    secrets,
    iam,
    ...clients,
    provision,
    provisionFunction: async (logicalId, source, properties = {}) => {
      const assetDir = assetPath('', logicalId);
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
