import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import {
  applyResponseHeaders,
  responseHeadersPolicySchema,
} from '../../../local/cloudfront/response-headers-policy.ts';
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

/** Headers that a behavior adds on AWS, with example values for what only a deployment knows. */
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
      if (typeof imported === 'string')
        return imported.includes('ProviderURL') ? 'https://issuer.example/pool' : 'imported';
      return at(value, 'Ref') === undefined ? value : 'us-east-1';
    },
  );
  const request = { method: 'GET', headers: new Map<string, string[]>() } as unknown as Parameters<
    typeof applyResponseHeaders
  >[1];
  return applyResponseHeaders(responseHeadersPolicySchema.parse(deployed), request, {});
}

test('headers of the pages and of the API get an A+ by the rules of Mozilla’s HTTP Observatory', () => {
  expect(scoreHeaders(headersOf(pages))).toEqual({ score: 120, grade: 'A+' });
  expect(scoreHeaders(headersOf(api))).toEqual({ score: 130, grade: 'A+' });
});

test('the observatory score drops when headers are missing or loose', () => {
  const { 'content-security-policy': policy = '', ...others } = headersOf(pages);
  expect(scoreHeaders({})).toMatchObject({ score: 30, grade: 'D' });
  expect(scoreHeaders(others).grade).toBe('B');
  const loose = policy.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'");
  expect(scoreHeaders({ ...others, 'content-security-policy': loose }).grade).toBe('B+');
});

test('pages may connect only to storage, the token issuer and its sign-in page', () => {
  const [, sources] = /connect-src ([^;]+)/.exec(headersOf(pages)['content-security-policy'] ?? '') ?? [];
  expect(sources?.split(' ')).toEqual([
    "'self'",
    'https://imported',
    'https://issuer.example/pool/',
    'https://imported.auth.us-east-1.amazoncognito.com',
  ]);
});

test('any site may frame the player, but no other page', () => {
  expect(headersOf(embed)['content-security-policy']).toMatch(/frame-ancestors \*$/);
  expect(headersOf(embed)).not.toHaveProperty('x-frame-options');
  expect(headersOf(pages)['content-security-policy']).toMatch(/frame-ancestors 'none'$/);
  expect(headersOf(pages)['x-frame-options']).toBe('DENY');
});

test('pages need no signature, require TLS and are cached as long as each file says', () => {
  for (const behavior of [pages, embed]) {
    expect(behavior).not.toHaveProperty('TrustedKeyGroups');
    expect(behavior).toMatchObject({
      AllowedMethods: ['GET', 'HEAD'],
      ViewerProtocolPolicy: 'redirect-to-https',
      Compress: true,
    });
    const policy = resources(delivery, 'AWS::CloudFront::CachePolicy').get(
      String(at(behavior, 'CachePolicyId', 'Ref')),
    );
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
])('a request for %s is served with %s', (uri, expected) => {
  const context: { handler?: (event: unknown) => { uri: string } } = {};
  runInNewContext(readFileSync(join(process.cwd(), 'lib/pages/page-routes.js'), 'utf8'), context);
  expect(context.handler?.({ request: { uri } })).toEqual({ uri: expected });
  for (const behavior of [pages, embed]) {
    expect(behavior).toMatchObject({ FunctionAssociations: [{ EventType: 'viewer-request' }] });
  }
});

test('assets are cached for a year, all other files are revalidated', () => {
  const deployments = [...resources(delivery, 'Custom::CDKBucketDeployment').values()].map(
    ({ Properties }) => Properties,
  );
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

test('assets are deployed before the page that refers to them', () => {
  const [[assets = ''] = [], [, rest] = []] = resources(delivery, 'Custom::CDKBucketDeployment').entries();
  expect(rest?.DependsOn).toContain(assets);
});

test('only this distribution may read the pages, and only the deployment may write them', () => {
  const [pagesPolicy] = [...resources(delivery, 'AWS::S3::BucketPolicy').entries()].filter(([id]) =>
    id.startsWith('Pages'),
  );
  const allowed = pagesPolicy && statementsIn(pagesPolicy[1]).filter(({ Effect }) => Effect === 'Allow');
  expect(allowed).toMatchObject([
    {
      Action: 's3:GetObject',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Condition: { StringEquals: expect.anything() },
    },
  ]);
  const policies = [...resources(delivery, 'AWS::IAM::Policy').entries()];
  const writers = policies.filter(
    ([, policy]) => /"s3:PutObject"/.test(JSON.stringify(policy)) && /"Pages\w+"/.test(JSON.stringify(policy)),
  );
  expect(writers.map(([id]) => id)).toEqual([expect.stringMatching(/^PagesDeploymentRole/)]);
});

test('the copying function has only the permissions that it needs', () => {
  const [, policy] =
    [...resources(delivery, 'AWS::IAM::Policy').entries()].find(([id]) => id.startsWith('PagesDeployment')) ?? [];
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
