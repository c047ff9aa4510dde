import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { applyResponseHeaders, responseHeadersPolicySchema } from '../../../local/cloudfront/response-headers-policy.ts';
import { buildPages } from '../../../lib/pages/build-pages.ts';
import { scoreHeaders } from '../../support/lib/http-observatory.ts';
import { at, resources, statementsIn, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const dir = mkdtempSync(join(tmpdir(), 'sluice-web-'));

function write(path: string, text: string): void {
  mkdirSync(join(dir, path, '..'), { recursive: true });
  writeFileSync(join(dir, path), text);
}
write('built/index.html', '<p>');
write('built/assets/a.js', '1');
const { delivery } = synthesizeTemplates({}, undefined, join(dir, 'built'));
afterAll(() => rmSync(dir, { recursive: true }));

const [distribution] = resources(delivery, 'AWS::CloudFront::Distribution').entries();
const config = at(distribution?.[1], 'Properties', 'DistributionConfig');
const behaviors = at(config, 'CacheBehaviors') as Record<string, unknown>[];
const pages = at(config, 'DefaultCacheBehavior') as Record<string, unknown>;
const embed = behaviors.find(({ PathPattern }) => PathPattern === '/embed/*');
const api = behaviors.find(({ PathPattern }) => PathPattern === '/api/*');

/** What an answer of a behaviour carries on AWS, with example names for what only a deployment knows. */
function headersOf(behavior: Record<string, unknown> | undefined): Readonly<Record<string, string>> {
  const id = String(at(behavior, 'ResponseHeadersPolicyId', 'Ref'));
  const template = resources(delivery, 'AWS::CloudFront::ResponseHeadersPolicy').get(id);
  const deployed: unknown = JSON.parse(
    JSON.stringify(at(template, 'Properties', 'ResponseHeadersPolicyConfig')),
    (_, value: unknown) => {
      const parts = at(value, 'Fn::Join', 1);
      if (Array.isArray(parts)) return parts.join('');
      const [, onAws] = (at(value, 'Fn::If') ?? []) as unknown[];
      if (onAws !== undefined) return onAws;
      const imported = at(value, 'Fn::ImportValue');
      if (typeof imported === 'string') return imported.includes('ProviderURL') ? 'https://issuer.example/pool' : 'imported';
      return at(value, 'Ref') === undefined ? value : 'us-east-1';
    },
  );
  const request = { method: 'GET', headers: new Map<string, string[]>() } as unknown as Parameters<typeof applyResponseHeaders>[1];
  return applyResponseHeaders(responseHeadersPolicySchema.parse(deployed), request, {});
}

test('the pages’ headers are graded A+ by Mozilla’s rules, the API’s too', () => {
  expect(scoreHeaders(headersOf(pages))).toEqual({ score: 120, grade: 'A+' });
  expect(scoreHeaders(headersOf(api))).toEqual({ score: 130, grade: 'A+' });
});

test('those rules see what is missing or loose', () => {
  const { 'content-security-policy': policy = '', ...others } = headersOf(pages);
  expect(scoreHeaders({})).toMatchObject({ score: 30, grade: 'D' });
  expect(scoreHeaders(others).grade).toBe('B');
  const loose = policy.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'");
  expect(scoreHeaders({ ...others, 'content-security-policy': loose }).grade).toBe('B+');
});

test('pages reach the storage, the issuer and its sign-in page, and nothing else', () => {
  const [, sources] = /connect-src ([^;]+)/.exec(headersOf(pages)['content-security-policy'] ?? '') ?? [];
  expect(sources?.split(' ')).toEqual([
    "'self'",
    'https://imported',
    'https://issuer.example/pool/',
    'https://imported.auth.us-east-1.amazoncognito.com',
  ]);
});

test('any site may frame the player, and nobody another page', () => {
  expect(headersOf(embed)['content-security-policy']).toMatch(/frame-ancestors \*$/);
  expect(headersOf(embed)).not.toHaveProperty('x-frame-options');
  expect(headersOf(pages)['content-security-policy']).toMatch(/frame-ancestors 'none'$/);
  expect(headersOf(pages)['x-frame-options']).toBe('DENY');
});

test('pages take no signature, may be asked over TLS only, and stay as long as each file says', () => {
  for (const behavior of [pages, embed]) {
    expect(behavior).not.toHaveProperty('TrustedKeyGroups');
    expect(behavior).toMatchObject({ AllowedMethods: ['GET', 'HEAD'], ViewerProtocolPolicy: 'redirect-to-https', Compress: true });
    const policy = resources(delivery, 'AWS::CloudFront::CachePolicy').get(String(at(behavior, 'CachePolicyId', 'Ref')));
    expect(at(policy, 'Properties', 'CachePolicyConfig')).toMatchObject({
      MinTTL: 0,
      MaxTTL: 31_536_000,
      ParametersInCacheKeyAndForwardedToOrigin: {
        QueryStringsConfig: { QueryStringBehavior: 'none' },
        EnableAcceptEncodingBrotli: true,
        EnableAcceptEncodingGzip: true,
      },
    });
  }
});

test.each([
  ['/', '/index.html'],
  ['/videos/01a200ec-fe9f-72ad-a404-914b9a616439', '/index.html'],
  ['/embed/01a200ec', '/index.html'],
  ['/signed-in', '/index.html'],
  ['/v1.2/about', '/index.html'],
  ['/index.html', '/index.html'],
  ['/assets/app-KAIJbvoS.js', '/assets/app-KAIJbvoS.js'],
  ['/icon.svg', '/icon.svg'],
])('%s is answered with %s', (uri, expected) => {
  const context: { handler?: (event: unknown) => { uri: string } } = {};
  runInNewContext(readFileSync(join(process.cwd(), 'lib/pages/page-routes.js'), 'utf8'), context);
  expect(context.handler?.({ request: { uri } })).toEqual({ uri: expected });
  for (const behavior of [pages, embed]) {
    expect(behavior).toMatchObject({ FunctionAssociations: [{ EventType: 'viewer-request' }] });
  }
});

test('what never changes under its name is kept for a year, everything else is asked for each time', () => {
  const deployments = [...resources(delivery, 'Custom::CDKBucketDeployment').values()].map(({ Properties }) => Properties);
  expect(deployments).toMatchObject([
    {
      Exclude: ['*'],
      Include: ['assets/*'],
      Prune: false,
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    },
    { Exclude: ['assets/*'], SystemMetadata: { 'cache-control': 'no-cache' }, DistributionPaths: ['/index.html'] },
  ]);
});

test('assets are there before the page that names them', () => {
  const [[assets = ''] = [], [, rest] = []] = resources(delivery, 'Custom::CDKBucketDeployment').entries();
  expect(rest?.DependsOn).toContain(assets);
});

test('only this distribution may read the pages, and nothing writes them but the deployment', () => {
  const [pagesPolicy] = [...resources(delivery, 'AWS::S3::BucketPolicy').entries()].filter(([id]) => id.startsWith('Pages'));
  const allowed = pagesPolicy && statementsIn(pagesPolicy[1]).filter(({ Effect }) => Effect === 'Allow');
  expect(allowed).toMatchObject([
    { Action: 's3:GetObject', Principal: { Service: 'cloudfront.amazonaws.com' }, Condition: { StringEquals: expect.anything() } },
  ]);
  const policies = [...resources(delivery, 'AWS::IAM::Policy').entries()];
  const writers = policies.filter(([, policy]) => /"s3:PutObject"/.test(JSON.stringify(policy)) && /"Pages\w+"/.test(JSON.stringify(policy)));
  expect(writers.map(([id]) => id)).toEqual([expect.stringMatching(/^PagesDeploymentRole/)]);
});

test('the function that copies them may do that and no more', () => {
  const [, policy] = [...resources(delivery, 'AWS::IAM::Policy').entries()].find(([id]) => id.startsWith('PagesDeployment')) ?? [];
  const statements = policy === undefined ? [] : statementsIn(policy);
  expect(statements.flatMap(({ Action }) => Action).toSorted()).toEqual([
    'cloudfront:CreateInvalidation',
    'cloudfront:GetInvalidation',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:DeleteObject',
    's3:GetObject',
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
  ]);
  for (const { Resource } of statements) expect(Resource).not.toBe('*');
});

test('pages are built when their sources have changed, to the same bytes each time, and not otherwise', () => {
  const root = join(dir, 'app');
  write('app/web/index.html', '<!doctype html><title>x</title><script type="module" src="/main.ts"></script>');
  write('app/web/main.ts', 'document.title = "one";');
  const built = buildPages(root);
  const first = readFileSync(join(built, 'index.html'), 'utf8');
  expect(first).toMatch(/src="\/assets\/index-[\w-]+\.js"/);

  write('app/.build/web/kept', '');
  expect(buildPages(root)).toBe(built);
  expect(existsSync(join(built, 'kept'))).toBe(true);

  write('app/web/main.ts', 'document.title = "two";');
  buildPages(root);
  expect(existsSync(join(built, 'kept'))).toBe(false);
  expect(readFileSync(join(built, 'index.html'), 'utf8')).not.toBe(first);

  write('app/web/main.ts', 'document.title = "one";');
  buildPages(root);
  expect(readFileSync(join(built, 'index.html'), 'utf8')).toBe(first);

  write('app/web/main.ts', 'import "./missing.ts";');
  expect(() => buildPages(root)).toThrow(/could not be built:[^]*missing\.ts/);
});
