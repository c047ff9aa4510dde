import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { at, functions, resources, statementsIn, synthesize } from './synthesize.ts';

const { delivery } = synthesize();

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
const behaviors = [...config.CacheBehaviors, config.DefaultCacheBehavior];
const originOf = ({ TargetOriginId }: Behavior) => config.Origins.find(({ Id }) => Id === TargetOriginId);
const cachePolicyOf = ({ CachePolicyId }: Behavior) =>
  resources(delivery, 'AWS::CloudFront::CachePolicy').get(CachePolicyId.Ref)?.Properties['CachePolicyConfig'];

test('playlists of both formats go to the playlist function, everything else to the output bucket', () => {
  expect(config.CacheBehaviors.map(({ PathPattern }) => PathPattern)).toEqual(['/v/*.m3u8', '/v/*.mpd', '/v/*.vtt']);
  for (const behavior of config.CacheBehaviors) {
    expect(JSON.stringify(originOf(behavior)?.DomainName)).toContain('FunctionUrl');
  }
  expect(JSON.stringify(originOf(config.DefaultCacheBehavior)?.DomainName)).toContain('RegionalDomainName');
});

test('nothing is answered without a signature of a trusted key', () => {
  const [keyGroup] = resources(delivery, 'AWS::CloudFront::KeyGroup').keys();
  for (const { TrustedKeyGroups, ViewerProtocolPolicy } of behaviors) {
    expect(TrustedKeyGroups).toEqual([{ Ref: keyGroup }]);
    expect(ViewerProtocolPolicy).toBe('redirect-to-https');
  }
});

test('CloudFront signs its own requests to both origins', () => {
  const kinds = config.Origins.map(({ OriginAccessControlId }) => {
    const id = String(at(OriginAccessControlId, 'Fn::GetAtt', 0));
    const control = resources(delivery, 'AWS::CloudFront::OriginAccessControl').get(id);
    return control?.Properties['OriginAccessControlConfig'];
  });
  expect(kinds).toMatchObject([
    { OriginAccessControlOriginType: 's3', SigningBehavior: 'always' },
    { OriginAccessControlOriginType: 'lambda', SigningBehavior: 'always' },
  ]);
});

test('only this distribution may call the playlist function, and through its URL only', () => {
  delivery.allResourcesProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
  const permissions = [...resources(delivery, 'AWS::Lambda::Permission').values()].map(({ Properties }) => Properties);
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

test('one viewer’s playlist is never kept for another: `t` is in its key, and nothing makes it stay', () => {
  for (const behavior of config.CacheBehaviors) {
    expect(cachePolicyOf(behavior)).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
      ParametersInCacheKeyAndForwardedToOrigin: {
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['t'] },
        CookiesConfig: { CookieBehavior: 'none' },
        EnableAcceptEncodingGzip: true,
      },
    });
  }
});

test('media is kept for a year under its path alone', () => {
  expect(cachePolicyOf(config.DefaultCacheBehavior)).toMatchObject({
    DefaultTTL: 31_536_000,
    MaxTTL: 31_536_000,
    ParametersInCacheKeyAndForwardedToOrigin: { QueryStringsConfig: { QueryStringBehavior: 'none' } },
  });
});

test('browsers keep media too', () => {
  const context: { handler?: (event: unknown) => { headers: Record<string, unknown> } } = {};
  runInNewContext(readFileSync(join(process.cwd(), 'lib/delivery/immutable-media.js'), 'utf8'), context);
  const answer = context.handler?.({ response: { headers: { 'content-type': { value: 'video/mp4' } } } });
  expect(answer?.headers).toEqual({
    'content-type': { value: 'video/mp4' },
    'cache-control': { value: 'public, max-age=31536000, immutable' },
  });
  expect(config.DefaultCacheBehavior).toMatchObject({ FunctionAssociations: [{ EventType: 'viewer-response' }] });
});

test('an error at the origin is forgotten within seconds', () => {
  delivery.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      CustomErrorResponses: [
        { ErrorCode: 403, ErrorCachingMinTTL: 5 },
        { ErrorCode: 404, ErrorCachingMinTTL: 5 },
      ],
    },
  });
});

test('any site may play without credentials, and no page sends a signed URL on as a referrer', () => {
  delivery.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
    ResponseHeadersPolicyConfig: {
      CorsConfig: { AccessControlAllowCredentials: false, AccessControlAllowOrigins: { Items: ['*'] } },
      SecurityHeadersConfig: {
        ContentTypeOptions: { Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
      },
    },
  });
});

test('CloudFront may fetch what is tagged as published, and nothing else', () => {
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

test('signed URLs begin with the distribution’s own domain unless a parameter says otherwise', () => {
  delivery.hasParameter('EdgeUrl', { Type: 'String', Default: '' });
  const origin = {
    'Fn::If': [
      'EdgeIsDistribution',
      { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [DISTRIBUTION, 'DomainName'] }]] },
      { Ref: 'EdgeUrl' },
    ],
  };
  delivery.hasCondition('EdgeIsDistribution', { 'Fn::Equals': [{ Ref: 'EdgeUrl' }, ''] });
  delivery.hasOutput('EdgeOrigin', { Value: origin });
  const playback = functions(delivery).get('playback')?.resource.Properties;
  expect(playback?.['Environment']).toMatchObject({ Variables: { EDGE_URL: origin } });
});

test('a domain of one’s own brings its certificate and nothing older than TLS 1.2', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e';
  const domain = { kind: 'custom', name: 'v.example.com', certificateArn };
  const { delivery: custom } = synthesize({ edge: { domain } });
  custom.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      Aliases: ['v.example.com'],
      ViewerCertificate: { AcmCertificateArn: certificateArn, MinimumProtocolVersion: 'TLSv1.2_2021' },
    },
  });
  custom.hasOutput('EdgeOrigin', {
    Value: { 'Fn::If': ['EdgeIsDistribution', 'https://v.example.com', Match.anyValue()] },
  });
});

test('locations and origin shield are as configured', () => {
  const { delivery: wide } = synthesize({ edge: { priceClass: '200', originShieldRegion: 'ap-northeast-2' } });
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
