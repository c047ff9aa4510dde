import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ApiGateway } from './api-gateway/api-gateway.ts';
import { apiGatewayProviders } from './api-gateway/providers.ts';
import { Credentials } from './aws-api/credentials.ts';
import type { ApiService } from './aws-api/service.ts';
import { bucketDeploymentProviders, isCopyingFunction } from './bucket-deployment/providers.ts';
import { Directory } from './cloud/directory.ts';
import type { ResourceProvider } from './cloud/resource.ts';
import { CloudFront } from './cloudfront/cloudfront.ts';
import { invalidationApi } from './cloudfront/invalidation-api.ts';
import { cloudFrontProviders } from './cloudfront/providers.ts';
import { Cognito } from './cognito/cognito.ts';
import { cognitoProviders } from './cognito/providers.ts';
import { edgeOrigins } from './cloudfront/edge-origins.ts';
import { encoderStore } from './mediaconvert/encoder-store.ts';
import { EventBus } from './eventbridge/event-bus.ts';
import { eventBridgeApi } from './eventbridge/eventbridge-api.ts';
import { eventBridgeProviders } from './eventbridge/providers.ts';
import { Iam } from './iam/iam.ts';
import { iamProviders } from './iam/providers.ts';
import { kmsProviders } from './kms/providers.ts';
import { lambdaApi } from './lambda/lambda-api.ts';
import { Lambda } from './lambda/lambda.ts';
import { lambdaProviders } from './lambda/providers.ts';
import { logsProviders } from './logs/providers.ts';
import { mediaConvertApi } from './mediaconvert/media-convert-api.ts';
import { MediaConvert } from './mediaconvert/media-convert.ts';
import { queueProvider } from './mediaconvert/queue-provider.ts';
import { networkProviders } from './network/providers.ts';
import { PgEngine } from './rds-data/pg-engine.ts';
import { PgliteEngine } from './rds-data/pglite-engine.ts';
import { pgliteSeed } from './rds-data/pglite-seed.ts';
import { rdsProviders } from './rds-data/providers.ts';
import { RdsDataService } from './rds-data/rds-data-service.ts';
import { s3Providers } from './s3/providers.ts';
import { S3 } from './s3/s3.ts';
import { schedulerProviders } from './scheduler/providers.ts';
import { schedulerApi } from './scheduler/scheduler-api.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import { secretsManagerApi } from './secrets-manager/secrets-manager-api.ts';
import { secretsManagerProviders } from './secrets-manager/providers.ts';
import { SecretsManager } from './secrets-manager/secrets-manager.ts';
import { snsApi } from './sns/sns-api.ts';
import { snsProviders } from './sns/providers.ts';
import { Sns } from './sns/sns.ts';
import { sqsApi } from './sqs/sqs-api.ts';
import { sqsProviders } from './sqs/providers.ts';
import { Sqs } from './sqs/sqs.ts';
import { stsApi } from './sts/sts-api.ts';

/** What is made once for every state directory. */
const BUILD = join(import.meta.dirname, '..', '.build');

export interface ServicesOptions {
  /** Each service keeps what it must in a directory of its own below this one. */
  readonly stateDirectory: string;
  /** Base URL of the AWS APIs. */
  readonly endpoint: string;
  /** Where a function's code lies, by its key in the assets bucket. */
  readonly assetPath: (key: string) => string;
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** A PostgreSQL server; without one PostgreSQL runs in process. */
  readonly databaseUrl?: string | undefined;
  /** Told of failures that no caller hears of. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Every AWS service that the template needs, opened on what an earlier run left, and wired only through the template. */
export interface Services {
  readonly credentials: Credentials;
  readonly lambda: Lambda;
  readonly mediaConvert: MediaConvert;
  readonly cloudFront: CloudFront;
  readonly apis: readonly ApiService[];
  readonly providers: readonly ResourceProvider[];
  /** Lets events, queues and jobs go on: once the template is deployed. */
  start(): void;
  close(): Promise<void>;
}

export async function openServices(options: ServicesOptions): Promise<Services> {
  const { stateDirectory, endpoint, assetPath, ffmpegPath, ffprobePath, databaseUrl, onTrouble } = options;
  const state = (name: string): string => join(stateDirectory, name);
  // Used where tests have left one; making it would take longer than this start can gain.
  const seed = pgliteSeed(BUILD, 'cluster');
  const engine =
    databaseUrl === undefined
      ? new PgliteEngine({ dataDir: state('database'), ...(existsSync(seed) && { seed }) })
      : new PgEngine(databaseUrl);
  const credentials = Credentials.open(stateDirectory);
  const directory = new Directory();
  const iam = new Iam();
  const secrets = new SecretsManager(state('secrets'));
  const sqs = new Sqs({ dir: state('queues'), directory, endpoint: () => endpoint });
  const sns = new Sns({ directory, onLost: (lost) => onTrouble('SNS lost a message', lost) });
  const bus = new EventBus({ directory, onLost: (lost) => onTrouble('EventBridge lost an event', lost) });
  const publish = async (event: Parameters<EventBus['put']>[0]): Promise<void> => void (await bus.put(event));
  const scheduler = await Scheduler.open({ path: state('schedules.journal'), directory });
  const rdsData = new RdsDataService({ engine });
  const s3 = await S3.open({ dir: state('s3'), publish });
  const lambda = await Lambda.open({
    dir: state('lambda'),
    logsDir: state('logs'),
    directory,
    credentials,
    endpoint: () => endpoint,
    // More processes than cores would only start more slowly.
    concurrency: Math.max(2, availableParallelism()),
  });
  const mediaConvert = await MediaConvert.open({
    dir: state('jobs'),
    store: encoderStore(s3),
    publish,
    ffmpegPath,
    ffprobePath,
    // A short video need not wait until a long one is through.
    concurrentJobs: 2,
  });
  const cognito = await Cognito.open({ dir: state('accounts'), endpoint: () => endpoint });
  const gateway = new ApiGateway({ lambda, onFailure: (what, error) => onTrouble(`The API failed: ${what}`, error) });
  const cloudFront = await CloudFront.open({
    dir: state('edge'),
    origins: edgeOrigins(s3, lambda, gateway),
    onError: (error) => onTrouble('The edge failed to answer', error),
  });
  return {
    credentials,
    lambda,
    mediaConvert,
    cloudFront,
    apis: [
      // Before S3, which would take its preflight requests.
      cognito.apiService(),
      s3.apiService(credentials),
      sqsApi(sqs),
      snsApi(sns),
      eventBridgeApi(bus),
      schedulerApi(scheduler),
      lambdaApi(lambda),
      secretsManagerApi(secrets),
      stsApi({ credentials, roleExists: (arn) => iam.role(arn) !== undefined }),
      mediaConvertApi(mediaConvert),
      rdsData,
      invalidationApi(cloudFront),
    ],
    providers: [
      ...s3Providers(s3),
      ...sqsProviders(sqs),
      ...snsProviders(sns),
      ...eventBridgeProviders(bus),
      ...schedulerProviders(),
      ...lambdaProviders({ lambda, sqs, assetPath: (_bucket, key) => assetPath(key), isNeedless: isCopyingFunction }),
      ...secretsManagerProviders(secrets),
      ...iamProviders(iam),
      ...kmsProviders(),
      ...logsProviders(),
      ...networkProviders(),
      ...rdsProviders(rdsData),
      queueProvider(mediaConvert),
      ...cloudFrontProviders(cloudFront),
      ...apiGatewayProviders(gateway),
      ...cognitoProviders(cognito.pools),
      ...bucketDeploymentProviders({ s3, cloudFront, assetPath }),
    ],
    start: () => {
      lambda.start();
      s3.start();
      mediaConvert.start();
      scheduler.start();
    },
    // What sends closes before what receives, so that nothing is sent to what is closed.
    close: async () => {
      await mediaConvert.close();
      await s3.close();
      await lambda.close();
      await scheduler.close();
      await sqs.close();
      await cloudFront.close();
      await engine.close();
    },
  };
}
