import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { at, functions, resources, statementsIn, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();

interface Behavior {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly CachePolicyId: { Ref: string };
  readonly TrustedKeyGroups: unknown;
  readonly ViewerProtocolPolicy: string;
}

interface Distribution {
  readonly CacheBehaviors: readonly Behavior[];
  readonly DefaultCacheBehavior: Behavior;
  readonly Origins: readonly { Id: string; DomainName: unknown; OriginAccessControlId: unknown }[];
}

function distributionOf(template: Template): { id: string; config: Distribution } {
  const [[id, { Properties }] = ['', { Properties: {} as Readonly<Record<string, unknown>> }]] = resources(
    template,
    'AWS::CloudFront::Distribution',
  );
  return { id, config: Properties['DistributionConfig'] as Distribution };
}

const { id: DISTRIBUTION, config } = distributionOf(delivery);

function behaviorFor(pattern: string): Behavior | undefined {
  return config.CacheBehaviors.find(({ PathPattern }) => PathPattern === pattern);
}

const playlists = ['/v/*.m3u8', '/v/*.mpd', '/v/*.vtt'].map(behaviorFor);
const packaged = behaviorFor('/v/*/mp4hls/*');
const media = behaviorFor('/v/*');

function originOf(behavior: Behavior | undefined) {
  return config.Origins.find(({ Id }) => Id === behavior?.TargetOriginId);
}

function cachePolicyOf(behavior: Behavior | undefined) {
  return resources(delivery, 'AWS::CloudFront::CachePolicy').get(String(behavior?.CachePolicyId.Ref))?.Properties[
    'CachePolicyConfig'
  ];
}

test('routes playlists and packaged segments to their functions and other media to the output bucket', () => {
  const patterns = config.CacheBehaviors.map(({ PathPattern }) => PathPattern);
  // The first match decides.
  expect(patterns.slice(0, 5)).toEqual(['/v/*.m3u8', '/v/*.mpd', '/v/*.vtt', '/v/*/mp4hls/*', '/v/*']);
  for (const behavior of playlists) expect(JSON.stringify(originOf(behavior)?.DomainName)).toContain('FunctionUrl');
  expect(JSON.stringify(originOf(packaged)?.DomainName)).toContain('PackagerFunctionFunctionUrl');
  expect(JSON.stringify(originOf(media)?.DomainName)).toMatch(/ImportValue.*Output.*RegionalDomainName/);
});

test('requires a signature of a trusted key for everything below /v/', () => {
  const [keyGroup] = resources(delivery, 'AWS::CloudFront::KeyGroup').keys();
  for (const behavior of [...playlists, packaged, media]) {
    expect(behavior).toMatchObject({
      TrustedKeyGroups: [{ Ref: keyGroup }],
      ViewerProtocolPolicy: 'redirect-to-https',
    });
  }
});

test('admits the preflights of players for playlists, packaged segments and media', () => {
  for (const behavior of [...playlists, packaged, media]) {
    expect(behavior).toMatchObject({ AllowedMethods: ['GET', 'HEAD', 'OPTIONS'], CachedMethods: ['GET', 'HEAD'] });
  }
});

test('signs its own requests to buckets and functions', () => {
  const kinds = [config.DefaultCacheBehavior, media, playlists[0], packaged].map((behavior) => {
    const id = String(at(originOf(behavior)?.OriginAccessControlId, 'Fn::GetAtt', 0));
    const control = resources(delivery, 'AWS::CloudFront::OriginAccessControl').get(id);
    return control?.Properties['OriginAccessControlConfig'];
  });
  expect(kinds).toMatchObject([
    { OriginAccessControlOriginType: 's3', SigningBehavior: 'always' },
    { OriginAccessControlOriginType: 's3', SigningBehavior: 'always' },
    { OriginAccessControlOriginType: 'lambda', SigningBehavior: 'always' },
    { OriginAccessControlOriginType: 'lambda', SigningBehavior: 'always' },
  ]);
});

test.each(['Playlists', 'Packager'])('only this distribution may invoke the function of %s, and only through its URL', (name) => {
  delivery.allResourcesProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
  const permissions = [...resources(delivery, 'AWS::Lambda::Permission').values()]
    .map(({ Properties }) => Properties)
    .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(name));
  // CloudFront needs both: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
  const actions = permissions.map(({ Action }) => String(Action)).toSorted();
  expect(actions).toEqual(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
  for (const permission of permissions) {
    expect(permission['Principal']).toBe('cloudfront.amazonaws.com');
    expect(JSON.stringify(permission['SourceArn'])).toContain(JSON.stringify({ Ref: DISTRIBUTION }));
  }
  const invoke = permissions.find(({ Action }) => Action === 'lambda:InvokeFunction');
  expect(invoke).toHaveProperty('InvokedViaFunctionUrl', true);
});

test('caches no playlist for another viewer or another clip: the key contains its parameters and the default TTL is 0', () => {
  for (const behavior of playlists) {
    expect(cachePolicyOf(behavior)).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
      ParametersInCacheKeyAndForwardedToOrigin: {
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['t', 'start', 'end', 'trimming'] },
        CookiesConfig: { CookieBehavior: 'none' },
        EnableAcceptEncodingGzip: true,
      },
    });
  }
});

test('caches media for a year by path alone', () => {
  expect(cachePolicyOf(media)).toMatchObject({
    DefaultTTL: 31_536_000,
    MaxTTL: 31_536_000,
    ParametersInCacheKeyAndForwardedToOrigin: { QueryStringsConfig: { QueryStringBehavior: 'none' } },
  });
});

test('caches packaged segments by path alone, for as long as the packager says', () => {
  expect(cachePolicyOf(packaged)).toMatchObject({
    MinTTL: 0,
    DefaultTTL: 0,
    MaxTTL: 31_536_000,
    ParametersInCacheKeyAndForwardedToOrigin: {
      QueryStringsConfig: { QueryStringBehavior: 'none' },
      HeadersConfig: { HeaderBehavior: 'none' },
      CookiesConfig: { CookieBehavior: 'none' },
    },
  });
});

test('streams the responses of the packager, and of no other function', () => {
  const urls = [...resources(delivery, 'AWS::Lambda::Url')];
  const streaming = urls.filter(([, { Properties }]) => Properties['InvokeMode'] === 'RESPONSE_STREAM');
  expect(urls.length).toBeGreaterThan(1);
  expect(streaming.map(([id]) => id)).toEqual([expect.stringContaining('Packager')]);
});

test('lets browsers cache media', () => {
  const context: { handler?: (event: unknown) => { headers: Record<string, unknown> } } = {};
  runInNewContext(readFileSync(join(process.cwd(), 'lib/delivery/immutable-media.js'), 'utf8'), context);
  const response = context.handler?.({ response: { headers: { 'content-type': { value: 'video/mp4' } } } });
  expect(response?.headers).toEqual({
    'content-type': { value: 'video/mp4' },
    'cache-control': { value: 'public, max-age=31536000, immutable' },
  });
  for (const behavior of [packaged, media])
    expect(behavior).toMatchObject({ FunctionAssociations: [{ EventType: 'viewer-response' }] });
});

test('caches no error response', () => {
  const errors = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];
  delivery.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      CustomErrorResponses: errors.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    },
  });
});

test('lets any site play without credentials and sends no signed URL as a referrer', () => {
  delivery.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
    ResponseHeadersPolicyConfig: {
      CorsConfig: {
        AccessControlAllowCredentials: false,
        AccessControlAllowOrigins: { Items: ['*'] },
        AccessControlAllowHeaders: { Items: ['*', 'Authorization'] },
      },
      SecurityHeadersConfig: {
        ContentTypeOptions: { Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
      },
    },
  });
});

test('may fetch only video objects that are tagged as published', () => {
  const allowed = [...resources(delivery, 'AWS::S3::BucketPolicy').values()]
    .filter(({ Properties }) => String(at(Properties, 'Bucket', 'Fn::ImportValue')).startsWith('SluiceData:'))
    .flatMap(statementsIn)
    .filter(({ Effect }) => Effect === 'Allow');
  expect(allowed).toHaveLength(1);
  expect(allowed[0]).toMatchObject({
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 's3:GetObject',
    Condition: {
      StringEquals: {
        'AWS:SourceArn': { 'Fn::Join': ['', expect.arrayContaining([{ Ref: DISTRIBUTION }])] },
        's3:ExistingObjectTag/sluice:published': 'true',
      },
    },
  });
});

test('signed URLs use the distribution’s domain unless the EdgeUrl parameter overrides it', () => {
  delivery.hasParameter('EdgeUrl', { Type: 'String', Default: '' });
  const origin = {
    'Fn::If': [
      'EdgeUrlIsDefault',
      { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [DISTRIBUTION, 'DomainName'] }]] },
      { Ref: 'EdgeUrl' },
    ],
  };
  delivery.hasCondition('EdgeUrlIsDefault', { 'Fn::Equals': [{ Ref: 'EdgeUrl' }, ''] });
  delivery.hasOutput('EdgeOrigin', { Value: origin });
  const playback = functions(delivery).get('playback')?.resource.Properties;
  expect(playback?.['Environment']).toMatchObject({ Variables: { EDGE_URL: origin } });
});

test('a custom domain uses its certificate and at least TLS 1.2', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e';
  const domain = { kind: 'custom', name: 'v.example.com', certificateArn };
  const { delivery: custom } = synthesizeTemplates({ edge: { domain } });
  custom.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      Aliases: ['v.example.com'],
      ViewerCertificate: { AcmCertificateArn: certificateArn, MinimumProtocolVersion: 'TLSv1.2_2021' },
    },
  });
  custom.hasOutput('EdgeOrigin', {
    Value: { 'Fn::If': ['EdgeUrlIsDefault', 'https://v.example.com', Match.anyValue()] },
  });
});

test('uses the configured price class and origin shield', () => {
  const { delivery: wide } = synthesizeTemplates({ edge: { priceClass: '200', originShieldRegion: 'ap-northeast-2' } });
  wide.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      PriceClass: 'PriceClass_200',
      HttpVersion: 'http2and3',
      Origins: Match.arrayWith([
        Match.objectLike({ OriginShield: { Enabled: true, OriginShieldRegion: 'ap-northeast-2' } }),
      ]),
    },
  });
});
