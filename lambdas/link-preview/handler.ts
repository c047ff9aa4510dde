import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { linkPreviewEnvSchema } from '../contracts/environment.ts';
import { createLogger, describeError } from '../runtime/logger.ts';
import { readEnv } from '../runtime/read-env.ts';
import { privateKeyReader } from '../signing/private-key.ts';
import { documentReader } from './read-document.ts';
import { readPreview } from './read-preview.ts';
import { type PageSources, servePage } from './serve-page.ts';

const env = readEnv(linkPreviewEnvSchema);
const logger = createLogger('link-preview');
const maxAttempts = 2;
const readPrivateKey = privateKeyReader(new SecretsManagerClient({ maxAttempts }), env.SIGNING_KEY_SECRET_ARN);

function now(): Date {
  return new Date();
}

const sources: PageSources = {
  readDocument: documentReader(new S3Client({ maxAttempts }), env.PAGES_BUCKET, now),
  readPreview,
  signingKey: async () => ({ keyPairId: env.SIGNING_KEY_PAIR_ID, privateKeyPem: await readPrivateKey() }),
  now,
  reportError: (error, videoId) => logger.warn('preview left out', { videoId, error: describeError(error) }),
};

/** Serves the page of a video, behind a function URL. On a failure, the edge serves the page from the bucket instead. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const { status, headers, body } = await servePage({ path: event.rawPath, query: event.rawQueryString }, sources);
    return { statusCode: status, headers: { ...headers }, body };
  } catch (error) {
    logger.error('page not served', { error: describeError(error) });
    return { statusCode: 503, headers: { 'cache-control': 'no-store' }, body: 'Temporarily unavailable\n' };
  }
}
