import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { sql } from 'drizzle-orm';
import { authenticator } from '../../../lambdas/api/authentication.ts';
import { completeUpload } from '../../../catalog/uploads/complete-upload.ts';
import { newVideo, endedVideo, readyVideo } from '../../support/catalog/test-videos.ts';
import { type ApiResponse, type RequestOptions, type LocalApi, SOURCE, startLocalApi } from '../../support/api/local-api.ts';
import { CLIENT_ID, ISSUER } from '../../support/api/token-issuer.ts';

/**
 * The API against its own description: whatever the description says that an operation can answer is made to happen,
 * and has to look as described. What is not described here or there fails.
 */

interface Operation {
  readonly operationId: string;
  readonly security: readonly Record<string, unknown>[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

interface Described extends Operation {
  /** `GET /api/…`, with the description's placeholders. */
  readonly request: string;
  readonly path: string;
  readonly method: string;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const NOTHING = '01890000-0000-7000-8000-000000000000';
const NEW_UPLOAD = { fileName: 'a.mp4', sizeBytes: 4 };

let api: LocalApi;
let description: Description;
let operations: Described[];
let ajv: Ajv2020;
beforeAll(async () => {
  api = await startLocalApi();
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
}, 60_000);
afterAll(() => api.close());

const uploader = { as: 'uploader' } as const;

function retryable() {
  return endedVideo(api.catalog.database, 'encoder_error');
}

async function announce(body: object = NEW_UPLOAD, headers: Record<string, string> = {}) {
  return (
    await api.request<{ id: string; videoId: string; request: { url: string } }>('POST /api/uploads', {
      ...uploader,
      body,
      headers,
    })
  ).body;
}

const MULTIPART = { fileName: 'a.mp4', sizeBytes: 100 * 1024 ** 2 };

/** Fills the placeholders with what exists and belongs to the uploader, and asks for success. */
const SUCCESS: Readonly<Record<string, () => Promise<ApiResponse<unknown>>>> = {
  getDescription: () => api.request('GET /api/openapi.json'),
  getSignIn: () => api.request('GET /api/sign-in'),
  getSession: () => api.request('GET /api/session', uploader),
  listVideos: async () => {
    await readyVideo(api.catalog.database);
    return api.request('GET /api/videos', uploader);
  },
  getVideo: async () => api.request(`GET /api/videos/${(await readyVideo(api.catalog.database)).videoId}`, uploader),
  editVideo: async () => {
    const { videoId } = await retryable();
    return api.request(`PATCH /api/videos/${videoId}`, { ...uploader, body: { title: 'New' } });
  },
  deleteVideo: async () => api.request(`DELETE /api/videos/${(await readyVideo(api.catalog.database)).videoId}`, uploader),
  retryVideo: async () => api.request(`POST /api/videos/${(await retryable()).videoId}/retry`, uploader),
  getPlayback: async () =>
    api.request(`GET /api/videos/${(await readyVideo(api.catalog.database)).videoId}/playback`, uploader),
  createUpload: () => api.request('POST /api/uploads', { ...uploader, body: MULTIPART }),
  getUpload: async () => api.request(`GET /api/uploads/${(await announce()).id}`, uploader),
  signParts: async () =>
    api.request(`POST /api/uploads/${(await announce(MULTIPART)).id}/parts`, {
      ...uploader,
      body: { partNumbers: [1, 6] },
    }),
  completeUpload: async () => {
    const { id, request } = await announce();
    await fetch(request.url, { method: 'PUT', body: 'film', headers: { 'content-type': 'application/octet-stream' } });
    return api.request(`POST /api/uploads/${id}/complete`, uploader);
  },
  cancelUpload: async () => api.request(`DELETE /api/uploads/${(await announce()).id}`, uploader),
  listChanges: async () => {
    const { body } = await api.request<{ cursor: string }>('GET /api/changes', uploader);
    await readyVideo(api.catalog.database);
    return api.request(`GET /api/changes?cursor=${body.cursor}`, uploader);
  },
};

/** Bodies that are right. */
const BODIES: Readonly<Record<string, unknown>> = {
  editVideo: { title: 'New' },
  createUpload: NEW_UPLOAD,
  signParts: { partNumbers: [1] },
};

/** What goes wrong in the same way wherever it can. */
const GENERAL: Readonly<Record<string, (operation: Described) => Promise<ApiResponse<unknown>>>> = {
  400: (operation) => send(operation, { ...uploader, body: '{"broken' }),
  401: (operation) => send(operation, { token: 'e30.e30.e30' }),
  404: (operation) => send(operation, { as: 'admin' }),
  413: (operation) => send(operation, { ...uploader, body: { title: 'x'.repeat(70_000) } }),
  415: (operation) => send(operation, { ...uploader, body: 'title=New', headers: { 'content-type': 'text/plain' } }),
  500: (operation) =>
    send(operation, uploader, api.with({ authenticate: () => Promise.reject(new Error('the secret of the house')) })),
  503: async (operation) => {
    const keys = () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));
    return send(
      operation,
      uploader,
      api.with({ authenticate: authenticator({ issuer: ISSUER, clientId: CLIENT_ID, keys }) }),
    );
  },
};

/** Asks for something that does not exist, with a body that is right where one is needed. */
function send(operation: Described, options: RequestOptions, to: Pick<LocalApi, 'request'> = api): Promise<ApiResponse<unknown>> {
  const request = operation.request.replaceAll(/\{\w+\}/g, NOTHING);
  const body = operation.requestBody === undefined ? {} : { body: BODIES[operation.operationId] };
  return to.request(request, { ...body, ...options });
}

function sharedByOther() {
  return readyVideo(api.catalog.database, { owner: 'other', visibility: 'shared' });
}

const viewer = { as: 'viewer' } as const;

/** What goes wrong in its own way. */
const SPECIAL: Readonly<Record<string, () => Promise<ApiResponse<unknown>>>> = {
  'listVideos 400': () => api.request('GET /api/videos?limit=1000', uploader),
  'listChanges 400': () => api.request('GET /api/changes?cursor=nonsense', uploader),
  'getPlayback 400': async () => api.request(`GET /api/videos/${NOTHING}/playback?expiresInSeconds=1`, uploader),
  'retryVideo 400': async () =>
    api.request(`POST /api/videos/${NOTHING}/retry`, { ...uploader, headers: { 'idempotency-key': 'with space' } }),
  'editVideo 403': async () =>
    api.request(`PATCH /api/videos/${(await sharedByOther()).videoId}`, { ...uploader, body: { title: 'Mine' } }),
  'deleteVideo 403': async () => api.request(`DELETE /api/videos/${(await sharedByOther()).videoId}`, uploader),
  'retryVideo 403': async () => api.request(`POST /api/videos/${(await sharedByOther()).videoId}/retry`, uploader),
  'createUpload 403': () => api.request('POST /api/uploads', { ...viewer, body: NEW_UPLOAD }),
  'getUpload 403': () => api.request(`GET /api/uploads/${NOTHING}`, viewer),
  'signParts 403': () => api.request(`POST /api/uploads/${NOTHING}/parts`, { ...viewer, body: { partNumbers: [1] } }),
  'completeUpload 403': () => api.request(`POST /api/uploads/${NOTHING}/complete`, viewer),
  'cancelUpload 403': () => api.request(`DELETE /api/uploads/${NOTHING}`, viewer),
  'getPlayback 409': async () =>
    api.request(`GET /api/videos/${(await newVideo(api.catalog.database)).videoId}/playback`, uploader),
  'retryVideo 409': async () =>
    api.request(`POST /api/videos/${(await readyVideo(api.catalog.database)).videoId}/retry`, uploader),
  'createUpload 404': async () => {
    const headers = { 'idempotency-key': 'canceled' };
    await api.request(`DELETE /api/uploads/${(await announce(NEW_UPLOAD, headers)).id}`, uploader);
    return api.request('POST /api/uploads', { ...uploader, body: NEW_UPLOAD, headers });
  },
  'createUpload 409': async () => {
    const headers = { 'idempotency-key': 'running' };
    await announce(NEW_UPLOAD, headers);
    await api.catalog.database.execute(sql`update idempotency_keys set completed_at = null where key = 'running'`);
    return api.request('POST /api/uploads', { ...uploader, body: NEW_UPLOAD, headers });
  },
  'getUpload 409': async () => api.request(`GET /api/uploads/${(await completed()).uploadId}`, uploader),
  'signParts 409': async () =>
    api.request(`POST /api/uploads/${(await completed()).uploadId}/parts`, { ...uploader, body: { partNumbers: [1] } }),
  'completeUpload 409': async () => api.request(`POST /api/uploads/${(await announce()).id}/complete`, uploader),
  'cancelUpload 409': async () => api.request(`DELETE /api/uploads/${(await completed()).uploadId}`, uploader),
  'createUpload 422': async () => {
    const headers = { 'idempotency-key': 'twice' };
    await announce(NEW_UPLOAD, headers);
    return api.request('POST /api/uploads', { ...uploader, body: { ...NEW_UPLOAD, sizeBytes: 5 }, headers });
  },
  'retryVideo 422': async () => {
    const headers = { 'idempotency-key': 'twice-retried' };
    await announce(NEW_UPLOAD, headers);
    return api.request(`POST /api/videos/${(await retryable()).videoId}/retry`, { ...uploader, headers });
  },
  'createUpload 429': async () => {
    await api.catalog.database.execute(
      sql`insert into uploads (id, owner_id, bucket, key, size_bytes, expires_at)
          select gen_random_uuid(), 'other', ${SOURCE}, 'busy/' || n, 1, now() + interval '1 day'
          from generate_series(1, 100) as n`,
    );
    return api.request('POST /api/uploads', { as: 'other', body: NEW_UPLOAD });
  },
};

async function completed() {
  const made = await newVideo(api.catalog.database);
  await completeUpload(api.catalog.database, made.uploadId);
  return made;
}

function produce(operation: Described, status: string): Promise<ApiResponse<unknown>> | undefined {
  const special = SPECIAL[`${operation.operationId} ${status}`];
  if (special !== undefined) return special();
  return status.startsWith('2') ? SUCCESS[operation.operationId]?.() : GENERAL[status]?.(operation);
}

/** In what the answer is not as its description has it; null where it is. */
function mismatch({ path, method, responses }: Described, status: string, answer: ApiResponse<unknown>): unknown {
  const described = responses[status]?.content;
  if (described === undefined) return answer.body === undefined ? null : 'a body that is not described';
  const mediaType = answer.headers.get('content-type')?.split(';')[0] ?? '';
  if (!(mediaType in described)) return `${mediaType} is not described`;
  const pointer = ['paths', path, method, 'responses', status, 'content', mediaType, 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const isAsDescribed = ajv.compile({ $ref: `api#/${pointer}` });
  return isAsDescribed(answer.body) ? null : isAsDescribed.errors;
}

test('every operation answers as it is described, in each way that is described', async () => {
  expect(description.openapi).toBe('3.1.0');
  const shown: string[] = [];
  for (const operation of operations) {
    for (const status of Object.keys(operation.responses)) {
      const name = `${operation.operationId} ${status}`;
      const answer = await produce(operation, status);
      if (answer === undefined) throw new Error(`Nothing makes this happen: ${name}`);
      expect({ name, status: answer.status, body: answer.body }).toMatchObject({ name, status: Number(status) });
      expect({ name, mismatch: mismatch(operation, status, answer) }).toEqual({ name, mismatch: null });
      expect(answer.headers.get('x-request-id')).toBe('request-1');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      shown.push(name);
    }
  }
  const described = operations.flatMap(({ operationId, responses }) =>
    Object.keys(responses).map((status) => `${operationId} ${status}`),
  );
  expect(shown).toEqual(described);
  expect(Object.keys(SPECIAL).filter((name) => !described.includes(name))).toEqual([]);
}, 120_000);

test('every operation has a name of its own, says who may call it, and answers with success', () => {
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { operationId, security, responses } of operations) {
    expect({ operationId, security: Array.isArray(security) }).toEqual({ operationId, security: true });
    expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
  }
  expect(names.toSorted()).toEqual(Object.keys(SUCCESS).toSorted());
});

test('whoever is not signed in gets nothing of what is for those who are', async () => {
  const guarded = operations.filter(
    ({ security }) => security.length > 0 && security.every((one) => 'accessToken' in one),
  );
  expect(guarded.length).toBeGreaterThan(5);
  for (const operation of guarded) {
    const { status, headers, body } = await send(operation, {});
    expect({ request: operation.request, status, code: (body as { code: string }).code }).toEqual({
      request: operation.request,
      status: 401,
      code: 'unauthenticated',
    });
    expect(headers.get('www-authenticate')).toBe('Bearer');
  }
});

test('while the catalog wakes, every operation that asks it says when to come again', async () => {
  // A session is all in the token.
  for (const operation of operations.filter((one) => '503' in one.responses && one.operationId !== 'getSession')) {
    api.catalog.service.pause(10);
    const { status, headers, body } = await send(operation, { as: 'admin' });
    api.catalog.service.pause(0);
    expect({ request: operation.request, status, body, after: headers.get('retry-after') }).toMatchObject({
      request: operation.request,
      status: 503,
      body: { code: 'catalog_resuming' },
      after: '15',
    });
  }
});

test('what nobody expected is logged with its request, and nothing of it is told', async () => {
  const before = api.log.length;
  const broken = api.with({ authenticate: () => Promise.reject(new Error('the secret of the house')) });
  const { body } = await broken.request('GET /api/session', uploader);
  expect(body).toMatchObject({ code: 'internal_error', type: 'urn:sluice:problem:internal_error' });
  expect(JSON.stringify(body)).not.toContain('secret');
  const logged = api.log.slice(before).join('\n');
  expect(logged).toContain('the secret of the house');
  expect(logged).toContain('request-1');
});
