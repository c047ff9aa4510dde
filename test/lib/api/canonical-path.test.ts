import { EdgeFunctionRealm } from '../../../local/cloudfront/edge-function-realm.ts';
import { at, resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();
const [code = ''] = [...resources(delivery, 'AWS::CloudFront::Function').values()]
  .map(({ Properties }) => Properties['FunctionCode'])
  .filter((source): source is string => typeof source === 'string' && source.includes('const KEPT'));
const VIDEO = '01a200ec-fe9f-72ad-a404-914b9a616439';

function run(uri: string, more: { method?: string; querystring?: object } = {}, rawQueryString?: string): unknown {
  const request = { method: 'GET', uri, headers: {}, querystring: {}, ...more };
  const event = { context: { eventType: 'viewer-request' }, request, rawQueryString };
  return at(JSON.parse(new EdgeFunctionRealm('CanonicalPath', code).run(JSON.stringify(event))), 'value');
}

test.each(['/api/openapi.json', `/api/videos/${VIDEO}`, `/api/videos/${VIDEO}/playback`])('%s is requested as it is', (uri) => {
  expect(run(uri)).toMatchObject({ uri });
});

const SPELLINGS = [
  [`/api/videos/${VIDEO.toUpperCase()}/playback`, `/api/videos/${VIDEO}/playback`],
  [`/api/videos/%30${VIDEO.slice(1)}`, `/api/videos/${VIDEO}`],
] as const;

test.each(SPELLINGS)('%s is redirected to %s, so that nothing is kept under its own spelling', (uri, expected) => {
  for (const method of ['GET', 'HEAD']) {
    expect(run(uri, { method })).toMatchObject({ statusCode: 308, headers: { location: { value: expected } } });
  }
  const response = run(uri, {}, 'expiresInSeconds=60');
  expect(at(response, 'headers', 'location', 'value')).toBe(`${expected}?expiresInSeconds=60`);
  expect(at(response, 'headers', 'cache-control', 'value')).toBe('no-store');
});

test.each(SPELLINGS)('a change at %s is requested at %s', (uri, expected) => {
  expect(run(uri, { method: 'PATCH' })).toMatchObject({ method: 'PATCH', uri: expected });
});

test('a query without names is removed, and any other is left as it is', () => {
  const querystringOf = (querystring: object) => at(run(`/api/videos/${VIDEO}`, { querystring }), 'querystring');
  expect(querystringOf({ '': { value: '', multiValue: [{ value: '' }, { value: '' }] } })).toEqual({});
  const known = { expiresInSeconds: { value: '60' } };
  expect(querystringOf(known)).toEqual(known);
});

test.each([
  `/api//videos/${VIDEO}`,
  `/api/./videos/${VIDEO}`,
  `/api/videos/x/../${VIDEO}`,
  `/api/videos/${VIDEO.replaceAll(/\w/g, 'z')}`,
  `/api/videos/${VIDEO.slice(0, -1)}%`,
])('%s does not exist', (uri) => {
  const response = run(uri);
  expect(response).toMatchObject({ statusCode: 404, headers: { 'cache-control': { value: 'no-store' } } });
  expect(JSON.parse(String(at(response, 'body')))).toMatchObject({ status: 404, code: 'video_not_found' });
});
