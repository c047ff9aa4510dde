import { handle } from 'hono/aws-lambda';
import { createApi } from '../../../lambdas/api/app.ts';
import { readGateway } from '../../../lambdas/api/read-gateway.ts';
import { encodingFault } from '../../../lambdas/api/require-json-body.ts';
import type { Problem } from '../../../lambdas/contracts/api/problem.ts';
import { buildPayloadEvent } from '../../../local/http/payload-event.ts';
import { readyVideo } from '../../support/catalog/test-videos.ts';
import { type LocalApi, useLocalApi } from '../../support/api/local-api.ts';

let api: LocalApi;
let videoId: string;
useLocalApi(async (started) => {
  api = started;
  ({ videoId } = await readyVideo(api.catalog.database, { owner: 'uploader', title: 'Before' }));
});

/** `{"title":"…"}` around bytes. */
function titled(...bytes: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from('{"title":"'), Buffer.from(bytes), Buffer.from('"}')]);
}

/** `강의` in the code page of Korean Windows. */
const CP949 = titled(0xb0, 0xad, 0xc0, 0xc7);

const OTHER_ENCODINGS: readonly (readonly [name: string, body: Buffer])[] = [
  ['CP949', CP949],
  ['Latin-1', titled(0xdc, 0x62, 0x65, 0x72)],
  ['an overlong form', titled(0xc0, 0xaf)],
  ['a surrogate as three bytes', titled(0xed, 0xa0, 0xbd)],
  ['a cut-off emoji', titled(0xf0, 0x9f, 0x98)],
  ['UTF-16 with a byte order mark', Buffer.from('\ufeff{"title":"New"}', 'utf16le')],
  ['UTF-16 without a byte order mark', Buffer.from('{"title":"New"}', 'utf16le')],
  ['big-endian UTF-16', Buffer.from('{"title":"New"}', 'utf16le').swap16()],
];

test.each(OTHER_ENCODINGS)('refuses a body in %s and changes nothing', async (_name, body) => {
  const refused = await api.request<Problem>(`PATCH /api/videos/${videoId}`, { as: 'uploader', body });
  expect(refused.body).toMatchObject({
    status: 400,
    code: 'malformed_json',
    detail: expect.stringMatching(/^The body is not UTF-8.*Send JSON in UTF-8\.$/),
  });
  expect((await api.request(`GET /api/videos/${videoId}`, { as: 'uploader' })).body).toMatchObject({ title: 'Before' });
});

test.each([
  ['/title', '{"title":"New","title":"Newer"}'],
  ['/title', '{"title":"New","description":"","\\u0074itle":"New"}'],
  ['/a~1b', '{"a/b":1,"a/b":1}'],
  ['/list/1/x', '{"list":[{"x":1},{"x":"}","x":[]}],"x":2}'],
  ['/__proto__', '{"__proto__":1,"__proto__":1}'],
])('refuses a body with two members %s and changes nothing', async (pointer, body) => {
  const refused = await api.request<Problem>(`PATCH /api/videos/${videoId}`, { as: 'uploader', body });
  expect(refused.body).toMatchObject({
    status: 400,
    code: 'malformed_json',
    detail: `The body has the member '${pointer}' more than once. Send it once.`,
  });
  expect((await api.request(`GET /api/videos/${videoId}`, { as: 'uploader' })).body).toMatchObject({ title: 'Before' });
});

test.each(['{"title":"\\"title\\":1,{"}', '{ "title" : "title" , "description" : "title" }'])(
  'accepts names and punctuation within strings: %s',
  async (body) => {
    const { videoId: changed } = await readyVideo(api.catalog.database, { owner: 'uploader' });
    expect((await api.request(`PATCH /api/videos/${changed}`, { as: 'uploader', body })).status).toBe(200);
  },
);

test.each<[headers: Record<string, string>, detail: string]>([
  [{ 'content-type': 'application/json; charset=utf-16' }, "The body is declared as 'utf-16'. Send JSON in UTF-8."],
  [{ 'content-type': 'application/json;Charset="ISO-8859-1"' }, "The body is declared as 'ISO-8859-1'. Send JSON in UTF-8."],
  [{ 'content-encoding': 'gzip' }, "The body is declared as compressed: Content-Encoding is 'gzip'. Send it uncompressed, without this header."],
])('refuses a body with the headers %j and changes nothing', async (headers, detail) => {
  const change = { as: 'uploader', body: { title: 'New' }, headers } as const;
  const refused = await api.request<Problem>(`PATCH /api/videos/${videoId}`, change);
  expect(refused.body).toMatchObject({ status: 415, code: 'unsupported_media_type', detail });
  expect((await api.request(`GET /api/videos/${videoId}`, { as: 'uploader' })).body).toMatchObject({ title: 'Before' });
});

test.each<Record<string, string>>([
  { 'content-type': 'application/json; charset="UTF-8"' },
  { 'content-type': 'application/json;charset=utf8' },
  { 'content-encoding': 'Identity' },
])('accepts a body with the headers %j', async (headers) => {
  const { videoId: changed } = await readyVideo(api.catalog.database, { owner: 'uploader' });
  const change = { as: 'uploader', body: { title: 'New' }, headers } as const;
  expect((await api.request(`PATCH /api/videos/${changed}`, change)).status).toBe(200);
});

describe('behind a gateway', () => {
  const patch = async (body: Buffer, passedAs: 'text' | 'Base64') => {
    const { videoId: changed } = await readyVideo(api.catalog.database, { owner: 'uploader' });
    const authorization = `Bearer ${await api.token({ sub: 'uploader', groups: ['uploader'] })}`;
    const event = buildPayloadEvent({
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.test',
      routeKey: '$default',
      stage: '$default',
      method: 'PATCH',
      path: `/api/videos/${changed}`,
      rawQueryString: '',
      headers: { authorization, 'content-type': 'application/json; charset=utf-8', 'content-length': String(body.length) },
      cookies: [],
      body,
      textTypes: passedAs === 'text' ? /json/ : /^$/,
      sourceIp: '127.0.0.1',
      requestId: 'request-1',
      time: new Date(),
    });
    const handler = handle(createApi(api.services, readGateway));
    const { statusCode, body: sent } = await handler(event as unknown as Parameters<typeof handler>[0]);
    return { status: statusCode, body: JSON.parse(sent) as Record<string, unknown> };
  };

  // A cut-off sequence of three bytes becomes one U+FFFD of three bytes.
  const detectable = OTHER_ENCODINGS.filter(([name]) => name !== 'a cut-off emoji');
  test.each(detectable)('refuses a body in %s, although it is passed as text', async (_name, body) => {
    expect(await patch(body, 'text')).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
  });

  test.each(OTHER_ENCODINGS)('refuses a body in %s that is passed as Base64', async (_name, body) => {
    expect(await patch(body, 'Base64')).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
  });

  test.each([
    ['Korean', Buffer.from('{"title":"강의"}'), '강의'],
    ['U+FFFD that the client sent', Buffer.from('{"title":"a\ufffdb"}'), 'a\ufffdb'],
    ['a byte order mark', Buffer.from('\ufeff{"title":"New"}'), 'New'],
    ['a pair of escapes', Buffer.from(String.raw`{"title":"\ud83d\ude00"}`), '😀'],
  ])('accepts %s', async (_name, body, title) => {
    for (const passedAs of ['text', 'Base64'] as const) {
      expect(await patch(body, passedAs)).toMatchObject({ status: 200, body: { title } });
    }
  });
});

test('a text with U+FFFD of unknown origin is refused', () => {
  expect(encodingFault(Buffer.from('"\ufffd"'), Number.NaN)).toContain('not UTF-8');
  expect(encodingFault(Buffer.from('"a"'), Number.NaN)).toBeUndefined();
});
