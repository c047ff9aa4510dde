import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { sql } from 'drizzle-orm';
import { recordUploadCompletion } from '../../../catalog/uploads/record-upload-completion.ts';
import { addWarnings } from '../../../catalog/revisions/add-warnings.ts';
import { authenticator } from '../../../lambdas/api/authentication.ts';
import { OPERATIONS } from '../../../lambdas/api/operations.ts';
import { SOURCE_WARNING_CODES } from '../../../lambdas/contracts/source-warnings.ts';
import { endedVideo, newVideo, readyVideo } from '../../support/catalog/test-videos.ts';
import {
  type ApiResponse,
  type LocalApi,
  type RequestOptions,
  SOURCE_BUCKET,
  useLocalApi,
} from '../../support/api/local-api.ts';
import { CLIENT_ID, ISSUER } from '../../support/api/token-issuer.ts';

/**
 * Tests the API against its own description: every described response of every operation is provoked and must match its
 * schema. Requests follow from the description, so that a new operation needs no case here unless it responds to a
 * situation that `STATES` lacks; such a request belongs in `SPECIAL`.
 */

interface Described {
  readonly operationId: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters?: readonly { readonly name: string; readonly in: 'path' | 'query' | 'header' }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly example: object } } };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
  /** `GET /api/…`, with the description's placeholders. */
  readonly request: string;
  readonly path: string;
  readonly method: string;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { properties?: Record<string, { enum?: readonly string[] }> }>>;
  };
}

/** A request to an operation, with the required status if only one is correct. */
interface Attempt {
  readonly expected?: number;
  readonly send: () => Promise<ApiResponse<unknown>>;
}

type Ids = Readonly<Record<'videoId' | 'uploadId', string>>;

const MISSING_ID = '01890000-0000-7000-8000-000000000000';
const MISSING: Ids = { videoId: MISSING_ID, uploadId: MISSING_ID };
const SMALL_FILE = { fileName: 'a.mp4', sizeBytes: 4 };
const LARGE_FILE = { fileName: 'a.mp4', sizeBytes: 100 * 1024 ** 2 };

const uploader = { as: 'uploader' } as const;
const viewer = { as: 'viewer' } as const;

let api: LocalApi;
let description: Description;
let operations: Described[];
let ajv: Ajv2020;
useLocalApi(async (started) => {
  api = started;
  ({ body: description } = await api.request<Description>('GET /api/openapi.json'));
  operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method,
      request: `${method.toUpperCase()} ${path}`,
    })),
  );
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(description, 'api');
});

async function createUpload(body: object, headers: Record<string, string> = {}) {
  const { body: created } = await api.request<{ id: string; videoId: string; request: { url: string } }>(
    'POST /api/uploads',
    { ...uploader, body, headers },
  );
  return { videoId: created.videoId, uploadId: created.id, url: created.request?.url };
}

/** States of a video and its upload that a request of their owner may meet. */
const STATES: readonly (() => Promise<Ids>)[] = [
  readyWithWarnings,
  () => createUpload(LARGE_FILE),
  () => createUpload(SMALL_FILE),
  async () => {
    const created = await createUpload(SMALL_FILE);
    await fetch(created.url, { method: 'PUT', body: 'film', headers: { 'content-type': 'application/octet-stream' } });
    return created;
  },
  async () => {
    const created = await newVideo(api.catalog.database);
    await recordUploadCompletion(api.catalog.database, created.uploadId);
    return created;
  },
  () => endedVideo(api.catalog.database, 'encoder_error'),
];

async function readyWithWarnings(): Promise<Ids> {
  const video = await readyVideo(api.catalog.database);
  const warnings = SOURCE_WARNING_CODES.map((code) => ({ code, track: 2, startMs: 35_000, durationMs: 12_000 }));
  await addWarnings(api.catalog.database, video.job, [{ code: 'sound_damaged' }, ...warnings]);
  return video;
}

function sharedByOther(): Promise<Ids> {
  return readyVideo(api.catalog.database, { owner: 'other', visibility: 'shared' });
}

/** Sends the request with the example of its body. */
function send(
  { request, requestBody }: Described,
  ids: Ids,
  options: RequestOptions,
  to: Pick<LocalApi, 'request'> = api,
): Promise<ApiResponse<unknown>> {
  const body = requestBody && { body: requestBody.content['application/json'].example };
  const filled = request.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name as keyof Ids]);
  return to.request(filled, { ...body, ...options });
}

/** Requests that fail in the same way for all operations with access control, a path, a body or parameters. */
function generalAttempts(operation: Described): Attempt[] {
  const { request, path, security, requestBody, parameters = [], responses } = operation;
  const attempts: Attempt[] = [];
  const add = (expected: number, sendIt: Attempt['send']): void => void attempts.push({ expected, send: sendIt });
  if (security.length > 0) {
    const broken = { authenticate: () => Promise.reject(new Error('a confidential detail')) };
    const keys = () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));
    const cutOff = { authenticate: authenticator({ issuer: ISSUER, clientId: CLIENT_ID, keys }) };
    add(401, () => send(operation, MISSING, { token: 'e30.e30.e30' }));
    add(500, () => send(operation, MISSING, uploader, api.with(broken)));
    add(503, () => send(operation, MISSING, uploader, api.with(cutOff)));
  }
  const visible = path.includes('{videoId}') ? sharedByOther : async () => MISSING;
  if ('403' in responses) add(403, async () => send(operation, await visible(), viewer));
  if (path.includes('{')) add(404, () => send(operation, MISSING, { as: 'admin' }));
  if (requestBody !== undefined) {
    const text = { 'content-type': 'text/plain' };
    add(400, () => send(operation, MISSING, { ...uploader, body: '{"broken' }));
    add(413, () => send(operation, MISSING, { ...uploader, body: { title: 'x'.repeat(70_000) } }));
    add(415, () => send(operation, MISSING, { ...uploader, body: 'title=New', headers: text }));
    const { example } = requestBody.content['application/json'];
    add(400, () => send(operation, MISSING, { ...uploader, body: { ...example, visiblity: 'public' } }));
  }
  for (const query of ['visiblity=public', 'limits', 'cursor=a&cursor=b', '%B0%AD=1', '=']) {
    add(400, () => send({ ...operation, request: `${request}?${query}` }, MISSING, uploader));
  }
  const invalid = 'x'.repeat(1000);
  for (const { name, in: place } of parameters) {
    for (const value of place === 'query' ? [invalid, '%B0%AD'] : []) {
      add(400, () => send({ ...operation, request: `${request}?${name}=${value}` }, MISSING, uploader));
    }
    if (place === 'header') add(400, () => send(operation, MISSING, { ...uploader, headers: { [name]: invalid } }));
  }
  return attempts;
}

/** Requests of a video's owner in each state, where the operation names a video or an upload. */
function stateAttempts(operation: Described): Attempt[] {
  if (!operation.path.includes('{')) return [{ send: () => send(operation, MISSING, uploader) }];
  return STATES.map((state) => ({ send: async () => send(operation, await state(), uploader) }));
}

/** Requests with an idempotency key that another request has used, or that is in use. */
function keyAttempts(operation: Described): Attempt[] {
  const { operationId, parameters = [] } = operation;
  if (!parameters.some(({ name }) => name === 'idempotency-key')) return [];
  const failed = () => endedVideo(api.catalog.database, 'encoder_error');
  const reuse = async () => {
    const headers = { 'idempotency-key': `reused-${operationId}` };
    await createUpload(SMALL_FILE, headers);
    return send(operation, await failed(), { ...uploader, headers });
  };
  const repeat = async () => {
    const key = `running-${operationId}`;
    const options = { ...uploader, headers: { 'idempotency-key': key } };
    const ids = await failed();
    await send(operation, ids, options);
    await api.catalog.database.execute(sql`update idempotency_keys set completed_at = null where key = ${key}`);
    return send(operation, ids, options);
  };
  return [
    { expected: 422, send: reuse },
    { expected: 409, send: repeat },
  ];
}

/** Requests for situations that occur in one operation only. */
const SPECIAL: Readonly<Record<string, readonly Attempt[]>> = {
  createUpload: [
    {
      expected: 404,
      send: async () => {
        const headers = { 'idempotency-key': 'canceled' };
        const { uploadId } = await createUpload(SMALL_FILE, headers);
        await api.request(`DELETE /api/uploads/${uploadId}`, uploader);
        return api.request('POST /api/uploads', { ...uploader, body: SMALL_FILE, headers });
      },
    },
    {
      expected: 429,
      send: async () => {
        await api.catalog.database.execute(
          sql`insert into uploads (id, owner_id, bucket, key, size_bytes, expires_at)
              select gen_random_uuid(), 'other', ${SOURCE_BUCKET}, 'busy/' || n, 1, now() + interval '1 day'
              from generate_series(1, 100) as n`,
        );
        return api.request('POST /api/uploads', { as: 'other', body: SMALL_FILE });
      },
    },
  ],
};

/** Returns how a response differs from its description, or null. */
function mismatch({ path, method, responses }: Described, response: ApiResponse<unknown>): unknown {
  const described = responses[response.status]?.content;
  if (described === undefined) return response.body === undefined ? null : 'the body is not described';
  const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
  if (!(mediaType in described)) return `${mediaType} is not described`;
  const pointer = ['paths', path, method, 'responses', String(response.status), 'content', mediaType, 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const isAsDescribed = ajv.compile({ $ref: `api#/${pointer}` });
  return isAsDescribed(response.body) ? null : isAsDescribed.errors;
}

test('every operation sends every response in its description, and no other', async () => {
  expect(description.openapi).toBe('3.1.0');
  for (const operation of operations) {
    const { operationId, responses } = operation;
    const seen = new Set<string>();
    const attempts = [
      ...generalAttempts(operation),
      ...keyAttempts(operation),
      ...(SPECIAL[operationId] ?? []),
      ...stateAttempts(operation),
    ];
    for (const attempt of attempts) {
      if (attempt.expected === undefined && Object.keys(responses).every((status) => seen.has(status))) break;
      const response = await attempt.send();
      const { status, body } = response;
      expect({ operationId, status, body }).toMatchObject({ operationId, status: attempt.expected ?? status });
      expect({ operationId, status, isDescribed: String(status) in responses }).toMatchObject({ isDescribed: true });
      expect({ operationId, status, mismatch: mismatch(operation, response) }).toMatchObject({ mismatch: null });
      expect(response.headers.get('x-request-id')).toBe('request-1');
      expect(response.headers.get('cache-control')).toBe('no-store');
      seen.add(String(status));
    }
    expect({ operationId, seen: [...seen].toSorted() }).toEqual({
      operationId,
      seen: Object.keys(responses).toSorted(),
    });
  }
  const names = operations.map(({ operationId }) => operationId);
  expect(Object.keys(SPECIAL).filter((name) => !names.includes(name))).toEqual([]);
});

test('the description lists every warning code', () => {
  const { code } = description.components.schemas['Warning']?.properties ?? {};
  expect(code?.enum).toEqual(SOURCE_WARNING_CODES);
});

test('every operation has a unique name, states who may call it, and describes a success', () => {
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  expect(names.toSorted()).toEqual(OPERATIONS.map(({ operationId }) => operationId).toSorted());
  for (const { operationId, security, responses } of operations) {
    expect({ operationId, security: Array.isArray(security) }).toEqual({ operationId, security: true });
    expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
  }
});

test('a signed-out visitor is rejected by every operation for users', async () => {
  const guarded = operations.filter(
    ({ security }) => security.length > 0 && security.every((one) => 'accessToken' in one),
  );
  expect(guarded.length).toBeGreaterThan(5);
  for (const operation of guarded) {
    const { status, headers, body } = await send(operation, MISSING, {});
    expect({ request: operation.request, status, code: (body as { code: string }).code }).toEqual({
      request: operation.request,
      status: 401,
      code: 'unauthenticated',
    });
    expect(headers.get('www-authenticate')).toBe('Bearer');
  }
});

test('while the catalog is resuming, every operation that queries it states when to retry', async () => {
  const querying = OPERATIONS.filter(({ problems }) => problems.includes('catalog_resuming'));
  // The description, the sign-in settings and the session need no catalog.
  expect(querying).toHaveLength(operations.length - 3);
  for (const { operationId } of querying) {
    const operation = operations.find((one) => one.operationId === operationId)!;
    api.catalog.service.pause(10);
    const { status, headers, body } = await send(operation, MISSING, { as: 'admin' });
    api.catalog.service.pause(0);
    expect({ operationId, status, body, after: headers.get('retry-after') }).toMatchObject({
      operationId,
      status: 503,
      body: { code: 'catalog_resuming' },
      after: '15',
    });
  }
});

test('an unexpected error is logged with its request, and the response discloses nothing about it', async () => {
  const before = api.log.length;
  const broken = api.with({ authenticate: () => Promise.reject(new Error('a confidential detail')) });
  const { body } = await broken.request('GET /api/session', uploader);
  expect(body).toMatchObject({ code: 'internal_error', type: 'urn:sluice:problem:internal_error' });
  expect(JSON.stringify(body)).not.toContain('confidential');
  const logged = api.log.slice(before).join('\n');
  expect(logged).toContain('a confidential detail');
  expect(logged).toContain('request-1');
});
