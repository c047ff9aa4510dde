import { generateKeyPairSync } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { createApi } from '../../../lambdas/api/app.ts';
import { OPERATIONS } from '../../../lambdas/api/operations.ts';
import type { Problem } from '../../../lambdas/contracts/api/problem.ts';
import { authenticator } from '../../../lambdas/api/authentication.ts';
import { posterUrls } from '../../../lambdas/signing/poster-urls.ts';
import { requestPublication } from '../../../lambdas/api/request-publication.ts';
import { requestRemoval } from '../../../lambdas/api/request-removal.ts';
import type { ApiServices } from '../../../lambdas/api/services.ts';
import { UploadStorage } from '../../../lambdas/api/upload-storage.ts';
import { SIGN_IN_SCOPE } from '../../../lambdas/contracts/api/session.ts';
import type { RemovalMessage } from '../../../lambdas/contracts/removal-message.ts';
import type { PublicationMessage } from '../../../lambdas/contracts/withdrawal-message.ts';
import type { UploadRetry } from '../../../lambdas/contracts/upload-message.ts';
import { removeVideo } from '../../../lambdas/removal/remove-video.ts';
import { retryUpload } from '../../../lambdas/chain/retry-upload.ts';
import { type LocalCatalog, startLocalCatalog } from '../catalog/local-catalog.ts';
import { type S3Server, startS3 } from '../local/s3-server.ts';
import { CLIENT_ID, ISSUER, type TestUser, TEST_ROLES, createTokenIssuer } from './token-issuer.ts';

export const EDGE_URL = 'https://videos.test';
export const SOURCE_BUCKET = 'source-bucket';
export const OUTPUT_BUCKET = 'output-bucket';

export interface RequestOptions {
  /** Caller; by default a signed-out visitor. */
  readonly as?: TestUser;
  /** Replaces the user's own token. */
  readonly token?: string;
  /** Body, sent as JSON unless it is a string or bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiResponse<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The API over a real catalog and real buckets of the laptop cloud, called in process. */
export interface LocalApi {
  readonly catalog: LocalCatalog;
  readonly s3: S3Server;
  readonly services: ApiServices;
  /** Log lines. */
  readonly log: string[];
  /** Messages sent to the removals queue, oldest first. */
  readonly removals: RemovalMessage[];
  /** Handles the messages of the removals queue. */
  removeDeleted(): Promise<void>;
  /** Messages sent to the withdrawals queue, oldest first. */
  readonly publications: PublicationMessage[];
  readonly retries: UploadRetry[];
  /** Videos of which the edge was asked to forget what it keeps, oldest first. */
  readonly refreshes: { readonly videoId: string; readonly delaySeconds: number }[];
  token: Awaited<ReturnType<typeof createTokenIssuer>>['token'];
  request<Body = Record<string, unknown>>(request: string, options?: RequestOptions): Promise<ApiResponse<Body>>;
  /** Returns another API over the same catalog and buckets, with some services replaced. */
  with(services: Partial<ApiServices>): Pick<LocalApi, 'request'>;
  close(): Promise<void>;
}

export async function startLocalApi(): Promise<LocalApi> {
  const [catalog, s3, issuer] = await Promise.all([startLocalCatalog(), startS3(), createTokenIssuer()]);
  s3.s3.putBucket(SOURCE_BUCKET, { versioning: 'Enabled' });
  s3.s3.putBucket(OUTPUT_BUCKET);
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: s3.credentials.operator(),
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = async () => ({ edgeUrl: EDGE_URL, keyPairId: 'K2JCJMDEHXQW5F', privateKeyPem });
  const now = () => new Date();
  const database = catalog.as('api');
  const storage = new UploadStorage(client, SOURCE_BUCKET);
  const log: string[] = [];
  const removals: RemovalMessage[] = [];
  const publications: PublicationMessage[] = [];
  const retries: UploadRetry[] = [];
  const refreshes: LocalApi['refreshes'] = [];
  const removal = { database: catalog.as('chain'), s3: client, outputBucket: OUTPUT_BUCKET, sendToCompletion: async () => undefined };
  const services: ApiServices = {
    isFromEdge: () => true,
    database,
    storage,
    authenticate: authenticator({ issuer: ISSUER, clientId: CLIENT_ID, keys: issuer.keys }),
    signIn: { issuer: ISSUER, clientId: CLIENT_ID, scope: SIGN_IN_SCOPE },
    signer,
    posterUrls: posterUrls(signer, now),
    deleteVideo: (videoId) =>
      requestRemoval({ database, sendRemoval: async (message) => void removals.push(message) }, videoId),
    setWithdrawn: (videoId, withdrawn) =>
      requestPublication(
        { database, sendPublication: async (message) => void publications.push(message) },
        videoId,
        withdrawn,
      ),
    refreshVisitorsView: async (videoId, delaySeconds = 0) => void refreshes.push({ videoId, delaySeconds }),
    retryRevision: (revisionId) =>
      retryUpload({ database, sendRetry: async (retry) => void retries.push(retry) }, revisionId),
    edgeUrl: EDGE_URL,
    now,
    logger: new RecordingLogger(log),
  };
  const callWith = (part: Partial<ApiServices>): Pick<LocalApi, 'request'> => {
    const app = createApi({ ...services, ...part }, () => ({ requestId: 'request-1' }));
    const send: LocalApi['request'] = async (request, { as, token, body, headers } = {}) => {
      const [method = '', path = ''] = request.split(' ');
      const bearer =
        token ?? (as && (await issuer.token({ sub: as, username: nameOf(as), groups: [TEST_ROLES[as]!] })));
      const response = await app.request(path, {
        method,
        headers: {
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: body instanceof Uint8Array || typeof body === 'string' ? Buffer.from(body) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed = {
        status: response.status,
        headers: response.headers,
        body: (text === '' ? undefined : JSON.parse(text)) as never,
      };
      expectDescribed(app, method, path, parsed);
      return parsed;
    };
    return { request: send };
  };
  return {
    catalog,
    s3,
    services,
    log,
    removals,
    removeDeleted: async () => {
      for (const message of removals.splice(0)) await removeVideo(removal, message);
    },
    publications,
    retries,
    refreshes,
    token: (claims) => issuer.token(claims),
    ...callWith({}),
    with: callWith,
    close: async () => {
      client.destroy();
      await Promise.all([catalog.close(), s3.close()]);
    },
  };
}

/**
 * Starts the API for a test file and stops it at its end.
 *
 * @param onStart receives the API before the first test
 */
export function useLocalApi(onStart: (api: LocalApi) => void | Promise<void>): void {
  let api: LocalApi | undefined;
  beforeAll(async () => {
    api = await startLocalApi();
    await onStart(api);
  });
  afterAll(() => api?.close());
}

/** @throws Error if the description of the API lacks the response, or its operation lacks the problem */
function expectDescribed(
  app: ReturnType<typeof createApi>,
  method: string,
  path: string,
  { status, body }: ApiResponse<unknown>,
): void {
  const route = app.openAPIRegistry.definitions.find(
    (definition) =>
      definition.type === 'route' &&
      definition.route.method.toUpperCase() === method &&
      new RegExp(`^${definition.route.path.replaceAll(/\{\w+\}/g, '[^/%]+')}$`).test(path.split('?')[0] ?? ''),
  );
  if (route?.type !== 'route') return;
  // The description is that of the address at the edge.
  if ((body as Partial<Problem> | undefined)?.code === 'direct_request') return;
  if (!(status in route.route.responses)) {
    throw new Error(`The description of ${method} ${path} lacks its response ${status}`);
  }
  const code = status < 400 ? undefined : (body as Problem).code;
  const problems: readonly string[] =
    OPERATIONS.find(({ operationId }) => operationId === route.route.operationId)?.problems ?? [];
  if (code !== undefined && !problems.includes(code)) {
    throw new Error(`The operation ${route.route.operationId} lacks its problem ${code}`);
  }
}

export function nameOf(user: TestUser): string {
  return `${user}@example.com`;
}

/** Logger that records lines instead of printing them. */
class RecordingLogger extends Logger {
  readonly #lines: string[];

  constructor(lines: string[]) {
    super({ logLevel: 'SILENT' });
    this.#lines = lines;
  }

  override info(...line: unknown[]): void {
    this.#lines.push(JSON.stringify(line));
  }

  override error(...line: unknown[]): void {
    this.#lines.push(JSON.stringify(line));
  }
}
