import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { catalogDatabase, type CatalogDatabase } from '../../catalog/database.ts';
import type { CatalogEnv } from './catalog-env.ts';
import { waitWhileResuming } from './database-resuming.ts';

/**
 * The SDK's clients, each made once by a handler when its module loads. Region, credentials and endpoint are those of the
 * function's environment.
 */

/** Tries of one request before its error reaches the handler, and the queue tries again. */
const maxAttempts = 5;

export function s3Client(): S3Client {
  return new S3Client({ maxAttempts });
}

export function sqsClient(): SQSClient {
  return new SQSClient({ maxAttempts });
}

export function snsClient(): SNSClient {
  return new SNSClient({ maxAttempts });
}

export function cloudFrontClient(): CloudFrontClient {
  return new CloudFrontClient({ maxAttempts });
}

export function schedulerClient(): SchedulerClient {
  return new SchedulerClient({ maxAttempts });
}

/** The regional endpoint: https://docs.aws.amazon.com/mediaconvert/latest/ug/regional-endpoints.html */
export function mediaConvertClient(): MediaConvertClient {
  return new MediaConvertClient({ maxAttempts });
}

/** The catalog that the function's environment names. */
export function openCatalog(env: CatalogEnv): CatalogDatabase {
  const client = waitWhileResuming(new RDSDataClient({ maxAttempts }));
  return catalogDatabase(client, {
    clusterArn: env.CATALOG_CLUSTER_ARN,
    secretArn: env.CATALOG_SECRET_ARN,
    database: env.CATALOG_DATABASE,
  });
}
