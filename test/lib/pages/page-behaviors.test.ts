import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('every behavior for pages routes its requests and gives unknown paths their status', () => {
  for (const behavior of [pages, embed]) {
    expect(behavior).toMatchObject({
      FunctionAssociations: [{ EventType: 'viewer-request' }, { EventType: 'viewer-response' }],
    });
  }
  // That of the API refuses paths instead.
  expect(api).toMatchObject({ FunctionAssociations: [{ EventType: 'viewer-request' }] });
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
    {
      Action: 's3:ListBucket',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
    },
  ]);
  const policies = [...resources(delivery, 'AWS::IAM::Policy').entries()];
  const writers = policies.filter(
    ([, policy]) => /"s3:PutObject"/.test(JSON.stringify(policy)) && /"Pages\w+"/.test(JSON.stringify(policy)),
  );
  expect(writers.map(([id]) => id)).toEqual([expect.stringMatching(/^PagesDeploymentRole/)]);
});

test('the edge keeps responses at public paths of the API, with token and query in the key and no minimum', () => {
  const video = '/api/videos/????????-????-????-????-????????????';
  const paths = behaviors.map(({ PathPattern }) => String(PathPattern));
  const kept = ['/api/openapi.json', video, `${video}/playback`];
  // The first match decides.
  expect(paths.slice(paths.indexOf(kept[0]!), paths.indexOf('/api/*'))).toEqual(kept);
  for (const path of kept) {
    const behavior = behaviors.find(({ PathPattern }) => PathPattern === path);
    const policy = resources(delivery, 'AWS::CloudFront::CachePolicy').get(String(at(behavior, 'CachePolicyId', 'Ref')));
    expect(policy?.Properties['CachePolicyConfig']).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 86_400,
      ParametersInCacheKeyAndForwardedToOrigin: {
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization', 'Origin'] },
        QueryStringsConfig: { QueryStringBehavior: 'all' },
        CookiesConfig: { CookieBehavior: 'none' },
      },
    });
    expect(behavior).toMatchObject({
      AllowedMethods: api?.['AllowedMethods'],
      CachedMethods: ['GET', 'HEAD'],
      ViewerProtocolPolicy: 'https-only',
      OriginRequestPolicyId: api?.['OriginRequestPolicyId'],
      FunctionAssociations: [{ EventType: 'viewer-request' }],
    });
  }
});
