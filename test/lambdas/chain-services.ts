import { Logger } from '@aws-lambda-powertools/logger';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogDatabase } from '../../catalog/database.ts';
import type { CompletionMessage } from '../../lambdas/completion/messages.ts';
import { type ObjectCreated, objectCreatedSchema } from '../../lambdas/contracts/object-created.ts';
import type { TranscodeContext } from '../../lambdas/transcode/transcode-upload.ts';
import { Credentials } from '../../local/aws-api/credentials.ts';
import { createApiServer } from '../../local/aws-api/server.ts';
import { Directory } from '../../local/cloud/directory.ts';
import { ensureFfmpeg } from '../../local/cli/ffmpeg.ts';
import { encoderStore } from '../../local/encoder-store.ts';
import { mediaConvertApi } from '../../local/mediaconvert/media-convert-api.ts';
import { MediaConvert } from '../../local/mediaconvert/media-convert.ts';
import { S3 } from '../../local/s3/s3.ts';
import { snsApi } from '../../local/sns/sns-api.ts';
import { Sns } from '../../local/sns/sns.ts';
import { startLocalCatalog } from '../catalog/local-catalog.ts';

export interface ChainServices {
  readonly database: CatalogDatabase;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly mediaConvert: MediaConvertClient;
  readonly encoder: MediaConvert;
  readonly topicArn: string;
  readonly outputBucket: string;
  readonly sourceBucket: string;
  readonly logger: Logger;
  readonly transcode: TranscodeContext;
  /** What was sent to the completion queue, oldest first. */
  readonly sent: CompletionMessage[];
  /** Bodies published to the topic, oldest first. */
  readonly published: unknown[];
  /** Puts an object and answers the event of it, as S3 publishes it. */
  upload(key: string, body: Buffer | string): Promise<ObjectCreated>;
  close(): Promise<void>;
}

/** The services that the functions call, on a port of their own; jobs are accepted and wait. */
export async function startChainServices(): Promise<ChainServices> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-chain-'));
  const catalog = await startLocalCatalog();
  const credentials = Credentials.open(directory);
  const events: unknown[] = [];
  const store = await S3.open({ dir: join(directory, 's3'), publish: async (event) => void events.push(event) });
  store.start();
  const { ffmpegPath, ffprobePath } = ensureFfmpeg(() => undefined);
  const encoder = await MediaConvert.open({
    dir: join(directory, 'jobs'),
    store: encoderStore(store),
    publish: async () => undefined,
    ffmpegPath,
    ffprobePath,
  });
  const queueArn = encoder.defineQueue({ name: 'jobs', paused: true });
  const receivers = new Directory();
  const sns = new Sns({ directory: receivers });
  const { arn: topicArn } = sns.create('video-events');
  const published: unknown[] = [];
  const queueOfSubscriber = 'arn:aws:sqs:us-east-1:000000000000:subscriber';
  receivers.register(queueOfSubscriber, { receive: async ({ body }) => void published.push(JSON.parse(body)) });
  sns.byArn(topicArn).subscribe({
    arn: `${topicArn}:subscriber`,
    protocol: 'sqs',
    endpoint: queueOfSubscriber,
    raw: true,
    wants: () => true,
  });

  const server = createApiServer({
    credentials,
    services: [store.apiService(credentials), mediaConvertApi(encoder), snsApi(sns)],
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = { region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, credentials: credentials.operator() };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const clients = { s3, sns: new SNSClient(client), mediaConvert: new MediaConvertClient(client) };
  const [sourceBucket, outputBucket] = ['source', 'output'];
  store.putBucket(sourceBucket, { eventBridge: true, versioning: 'Enabled' });
  store.putBucket(outputBucket);

  const sent: CompletionMessage[] = [];
  const logger = new Logger({ logLevel: 'SILENT' });
  return {
    ...clients,
    database: catalog.database,
    encoder,
    topicArn,
    sourceBucket,
    outputBucket,
    logger,
    sent,
    published,
    transcode: {
      ...clients,
      database: catalog.database,
      announce: async (message) => void sent.push(message),
      logger,
      outputBucket,
      queueArn,
      roleArn: 'arn:aws:iam::000000000000:role/encoder',
      maxShortSide: 1080,
    },
    upload: async (key, body) => {
      const before = events.length;
      await s3.send(new PutObjectCommand({ Bucket: sourceBucket, Key: key, Body: body }));
      while (events.length === before) await new Promise((resolve) => void setTimeout(resolve, 5));
      return objectCreatedSchema.parse({ time: new Date().toISOString(), ...Object(events[before]) });
    },
    close: async () => {
      for (const each of Object.values(clients)) each.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
      await encoder.close();
      await store.close();
      await catalog.close();
      await rm(directory, { recursive: true });
    },
  };
}
