import { S3Client } from '@aws-sdk/client-s3';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handle } from 'hono/aws-lambda';
import { SIGN_IN_SCOPE } from '../contracts/api/session.ts';
import type { PublicationMessage, VisitorsViewChanged } from '../contracts/withdrawal-message.ts';
import { privateKeyReader } from '../signing/private-key.ts';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { readEnv } from '../runtime/read-env.ts';
import { createLogger } from '../runtime/logger.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import { retryUpload } from '../chain/retry-upload.ts';
import { createApi } from './app.ts';
import { authenticator } from './authentication.ts';
import { edgeRecognizer } from './edge-requests.ts';
import { apiEnvSchema } from '../contracts/environment.ts';
import { posterUrls } from '../signing/poster-urls.ts';
import { requestPublication } from './request-publication.ts';
import { requestRemoval } from './request-removal.ts';
import { readGateway } from './read-gateway.ts';
import type { ApiServices } from './services.ts';
import { UploadStorage } from './upload-storage.ts';

const env = readEnv(apiEnvSchema);
const readPrivateKey = privateKeyReader(new SecretsManagerClient({}), env.SIGNING_KEY_SECRET_ARN);

async function readSigner() {
  return {
    edgeUrl: env.EDGE_URL,
    keyPairId: env.SIGNING_KEY_PAIR_ID,
    privateKeyPem: await readPrivateKey(),
  };
}

function now() {
  return new Date();
}

const maxAttempts = 3;
const s3 = new S3Client({ maxAttempts, requestChecksumCalculation: 'WHEN_REQUIRED' });
const sqs = sqsClient();
const storage = new UploadStorage(s3, env.SOURCE_BUCKET);
// Does not wait for a paused database to resume: the response tells the client when to retry. Nothing changes its middleware
// after the first statement, so that the stack is composed once and not for each.
const database = openCatalog(env, new RDSDataClient({ maxAttempts, cacheMiddleware: true }));

const sendWithdrawal = queueSender<PublicationMessage | VisitorsViewChanged>(sqs, env.WITHDRAWALS_QUEUE_URL);

const services: ApiServices = {
  isFromEdge: edgeRecognizer(env.ORIGIN_SECRET_DIGESTS),
  database,
  storage,
  authenticate: authenticator({ issuer: env.TOKEN_ISSUER, clientId: env.TOKEN_CLIENT_ID }),
  signIn: { issuer: env.TOKEN_ISSUER, clientId: env.TOKEN_CLIENT_ID, scope: SIGN_IN_SCOPE },
  signer: readSigner,
  posterUrls: posterUrls(readSigner, now),
  deleteVideo: (videoId) =>
    requestRemoval({ database, sendRemoval: queueSender(sqs, env.REMOVALS_QUEUE_URL) }, videoId),
  setWithdrawn: (videoId, withdrawn) =>
    requestPublication({ database, sendPublication: sendWithdrawal }, videoId, withdrawn),
  refreshVisitorsView: (videoId, delaySeconds) =>
    sendWithdrawal({ type: 'visitors-view-changed', videoId }, delaySeconds),
  retryRevision: (revisionId) =>
    retryUpload({ database, sendRetry: queueSender(sqs, env.UPLOADS_QUEUE_URL) }, revisionId),
  edgeUrl: env.EDGE_URL,
  now,
  logger: createLogger('api'),
};

export const handler = handle(createApi(services, readGateway));
