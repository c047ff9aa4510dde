import { DeleteObjectTaggingCommand, PutObjectCommand, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { PUBLISHED_TAG, PUBLISHED_TAGGING } from '../../../lambdas/contracts/output-layout.ts';
import { eventBridgeService } from '../../../local/eventbridge/service.ts';
import { iamService } from '../../../local/iam/service.ts';
import { s3Service } from '../../../local/s3/service.ts';
import { sqsService } from '../../../local/sqs/service.ts';
import { lambdaService } from '../../../local/lambda/service.ts';
import { snsService } from '../../../local/sns/service.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { serveServices } from './serve-services.ts';

/** Buckets as functions of the edge see them: S3 with IAM, behind a proxy that can fail. */
export interface EdgeStorage {
  readonly outputBucket: string;
  /** Versioned. */
  readonly sourceBucket: string;
  readonly proxy: FaultyProxy;
  /** Client with the rights of the operator, past the proxy. */
  readonly operator: S3Client;
  /** Configuration of a client with the rights of a function of the edge, through the proxy. */
  readonly edge: ConstructorParameters<typeof S3Client>[0] & { readonly credentials: Readonly<Record<string, unknown>> };
  /** Puts an object into the output bucket, tagged as published. */
  publish(key: string, body: string | Uint8Array): Promise<void>;
  /** Removes the tag. */
  unpublish(key: string): Promise<void>;
  /** Restores the tag. */
  republish(key: string): Promise<void>;
  close(): Promise<void>;
}

export async function startEdgeStorage(): Promise<EdgeStorage> {
  const services = [eventBridgeService, iamService, lambdaService, s3Service, snsService, sqsService];
  const laptop = await serveServices(services, { enforcesIam: true });
  const output = await laptop.provision('AWS::S3::Bucket', 'Output');
  const source = await laptop.provision('AWS::S3::Bucket', 'Source', { VersioningConfiguration: { Status: 'Enabled' } });
  const allow = (Action: string, bucket: string, Condition?: object) => ({
    Effect: 'Allow', Action, Resource: `arn:aws:s3:::${bucket}/*`, ...(Condition && { Condition }),
  });
  const isPublished = { StringEquals: { [`s3:ExistingObjectTag/${PUBLISHED_TAG.key}`]: PUBLISHED_TAG.value } };
  const statements = [allow('s3:GetObject', output.ref, isPublished), allow('s3:GetObjectVersion', source.ref)];
  const role = await laptop.provision('AWS::IAM::Role', 'Edge', {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'Read', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  });
  const proxy = await FaultyProxy.start(laptop.endpoint);
  const operator = new S3Client({ ...laptop.client, forcePathStyle: true });
  const tagging = { TagSet: [{ Key: PUBLISHED_TAG.key, Value: PUBLISHED_TAG.value }] };
  return {
    outputBucket: output.ref,
    sourceBucket: source.ref,
    proxy,
    operator,
    edge: {
      endpoint: proxy.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { ...laptop.context.credentials.forRole(String(role.attributes?.['Arn']), 'edge', 3_600_000) },
    },
    publish: async (Key, Body) => {
      await operator.send(new PutObjectCommand({ Bucket: output.ref, Key, Body, Tagging: PUBLISHED_TAGGING }));
    },
    unpublish: async (Key) => {
      await operator.send(new DeleteObjectTaggingCommand({ Bucket: output.ref, Key }));
    },
    republish: async (Key) => {
      await operator.send(new PutObjectTaggingCommand({ Bucket: output.ref, Key, Tagging: tagging }));
    },
    close: async () => {
      operator.destroy();
      await proxy.close();
      await laptop.remove();
    },
  };
}
