import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { waitWhileResuming } from './database-resuming.ts';

/**
 * SDK clients, which a handler creates once, when its module loads. Region, credentials and endpoint come from the
 * function's environment.
 */

/** Attempts of one request before its error reaches the handler, and its queue retries. */
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

export function cognitoClient(): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({ maxAttempts });
}

export function secretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient({ maxAttempts });
}

export function schedulerClient(): SchedulerClient {
  return new SchedulerClient({ maxAttempts });
}

/** The regional endpoint: https://docs.aws.amazon.com/mediaconvert/latest/ug/regional-endpoints.html */
export function mediaConvertClient(): MediaConvertClient {
  return new MediaConvertClient({ maxAttempts });
}

/** Time limit of a call of the Data API, which responds after 45 seconds at the latest. */
const DATA_API_TIMEOUT_MS = 60_000;

/** Returns a client of the RDS Data API that waits while a paused cluster resumes. */
export function resumingDataClient(): RDSDataClient {
  const requestHandler = { requestTimeout: DATA_API_TIMEOUT_MS, throwOnRequestTimeout: true };
  return waitWhileResuming(new RDSDataClient({ maxAttempts, requestHandler }));
}
