import type { Problem } from '../../../lambdas/contracts/api/problem.ts';
import { newVideo } from '../../support/catalog/test-videos.ts';
import { type LocalApi, useLocalApi } from '../../support/api/local-api.ts';

let api: LocalApi;
useLocalApi((started) => void (api = started));

async function errorsOf(request: string, body?: object) {
  const response = await api.request<Problem>(request, { as: 'uploader', ...(body && { body }) });
  return response.body.errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`);
}

const OF_LIST = 'known parameters: search, status, cursor, limit.';

test.each([
  ['visiblity=public', [`?visiblity: 'visiblity' is not a known parameter; ${OF_LIST}`]],
  ['visiblity=&visiblity=', [`?visiblity: 'visiblity' is not a known parameter; ${OF_LIST}`]],
  ['Limit=5&x', [`?Limit: 'Limit' is not a known parameter; ${OF_LIST}`, `?x: 'x' is not a known parameter; ${OF_LIST}`]],
  ['constructor=1', [`?constructor: 'constructor' is not a known parameter; ${OF_LIST}`]],
  ['limit=1&limit=2', ['?limit: is given more than once']],
  ['search=a&se%61rch=b', ['?search: is given more than once']],
  ['search=%B0%AD%C0%C7', ['?search: is not percent-encoded UTF-8']],
  ['search=100%', ['?search: is not percent-encoded UTF-8']],
  ['=1', [`?: '' is not a known parameter; ${OF_LIST}`]],
])('the list refuses ?%s', async (query, expected) => {
  expect(await errorsOf(`GET /api/videos?${query}`)).toEqual(expected);
});

test.each(['limit=', 'cursor=', 'status='])('the list refuses an empty value in ?%s', async (query) => {
  expect(await errorsOf(`GET /api/videos?${query}`)).toHaveLength(1);
});

test.each(['', '&', 'search=', 'search=%EA%B0%95+a', 'status=ready&status=failed', 'status=ready,failed'])(
  'the list accepts ?%s',
  async (query) => {
    expect((await api.request(`GET /api/videos?${query}`, { as: 'uploader' })).status).toBe(200);
  },
);

test('an operation without parameters says so', async () => {
  expect(await errorsOf('GET /api/sign-in?debug=1')).toEqual([
    "?debug: 'debug' is not a known parameter; this operation has no parameters.",
  ]);
});

test('an unknown field of a body is refused by name, with the known ones', async () => {
  const known = 'known fields: fileName, sizeBytes, contentType, title, description, visibility.';
  expect(await errorsOf('POST /api/uploads', { fileName: 'a', sizeBytes: 1, visiblity: 'public', Title: 'a' })).toEqual([
    `/visiblity: 'visiblity' is not a known field; ${known}`,
    `/Title: 'Title' is not a known field; ${known}`,
  ]);
  const { videoId } = await newVideo(api.catalog.database);
  expect(await errorsOf(`PATCH /api/videos/${videoId}`, { visiblity: 'public' })).toEqual([
    "/visiblity: 'visiblity' is not a known field; known fields: title, description, visibility.",
  ]);
  expect(await errorsOf(`PATCH /api/videos/${videoId}`, {})).toEqual([': must contain a field to change']);
});
