import { EdgeFunctionRealm } from '../../../local/cloudfront/edge-function-realm.ts';
import { at, resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();
const [code = ''] = [...resources(delivery, 'AWS::CloudFront::Function').values()]
  .map(({ Properties }) => Properties['FunctionCode'])
  .filter((source): source is string => typeof source === 'string' && source.includes('const SEGMENT'));
const VIDEO = '01a200ec-fe9f-72ad-a404-914b9a616439';

function run(uri: string): unknown {
  const event = { context: { eventType: 'viewer-request' }, request: { uri, headers: {}, querystring: {} } };
  return at(JSON.parse(new EdgeFunctionRealm('PlainPath', code).run(JSON.stringify(event))), 'value');
}

test.each(['/api/videos', `/api/videos/${VIDEO}/withdraw`, `/api/videos/%30${VIDEO.slice(1)}`, '/api/sign-in', '/api/uploads/a%2Db'])(
  'passes %s as it is',
  (uri) => expect(run(uri)).toMatchObject({ uri }),
);

test.each([
  '/api/videos%3flimit=1',
  `/api/videos/${VIDEO}%23x`,
  `/api/videos/${VIDEO}%2Fplayback`,
  '/api/videos/..%2fsession',
  '/api/videos/%2e%2e/session',
  '/api/videos/../session',
  '/api//videos',
  '/api/videos/',
  '/api/videos%5c',
  '/api/videos%00',
  '/api/videos%',
  '/api/videos%253f',
])('refuses %s', (uri) => {
  const response = run(uri);
  expect(response).toMatchObject({ statusCode: 404, headers: { 'cache-control': { value: 'no-store' } } });
  expect(JSON.parse(String(at(response, 'body')))).toMatchObject({ status: 404, code: 'not_found' });
});
