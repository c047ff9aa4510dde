import { at, listOf } from '../at.ts';
import { countAt, estimateLength, type Limit, perResource, perStack } from './measure.ts';

const CLOUDFRONT = 'AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html';
const DISTRIBUTION = 'AWS::CloudFront::Distribution';
const HEADERS_POLICY = 'AWS::CloudFront::ResponseHeadersPolicy';

function behaviorsOf(properties: object): readonly unknown[] {
  const config = at(properties, 'DistributionConfig');
  return [at(config, 'DefaultCacheBehavior'), ...listOf(at(config, 'CacheBehaviors'))];
}

/** CloudFront's limits. Adjustable ones have the value of a new account, or the older, lower one. */
export const CLOUDFRONT_LIMITS: readonly Limit[] = [
  // The default behavior counts here too, so that the limit holds however AWS counts.
  {
    name: 'cache behaviors of a distribution',
    max: 25,
    page: CLOUDFRONT,
    measure: perResource(DISTRIBUTION, (properties) => behaviorsOf(properties).length),
  },
  {
    name: 'origins of a distribution',
    max: 25,
    page: CLOUDFRONT,
    measure: perResource(DISTRIBUTION, (properties) => countAt(properties, 'DistributionConfig', 'Origins')),
  },
  {
    name: 'origin groups of a distribution',
    max: 10,
    page: CLOUDFRONT,
    measure: perResource(DISTRIBUTION, (properties) => countAt(properties, 'DistributionConfig', 'OriginGroups', 'Items')),
  },
  {
    name: 'key groups of a cache behavior',
    max: 4,
    page: CLOUDFRONT,
    measure: perResource(DISTRIBUTION, (properties) =>
      Math.max(...behaviorsOf(properties).map((each) => countAt(each, 'TrustedKeyGroups'))),
    ),
  },
  {
    name: 'bytes of a CloudFront function',
    max: 10_240,
    page: CLOUDFRONT,
    measure: perResource('AWS::CloudFront::Function', ({ FunctionCode }) => estimateLength(FunctionCode)),
  },
  {
    name: 'characters of a content security policy',
    max: 1783,
    page: CLOUDFRONT,
    measure: perResource(HEADERS_POLICY, (properties) =>
      estimateLength(
        at(
          properties,
          'ResponseHeadersPolicyConfig',
          'SecurityHeadersConfig',
          'ContentSecurityPolicy',
          'ContentSecurityPolicy',
        ) ?? '',
      ),
    ),
  },
  {
    name: 'custom headers of a response headers policy',
    max: 10,
    page: CLOUDFRONT,
    measure: perResource(HEADERS_POLICY, (properties) =>
      countAt(properties, 'ResponseHeadersPolicyConfig', 'CustomHeadersConfig', 'Items'),
    ),
  },
  {
    name: 'headers of a cache policy',
    max: 10,
    page: CLOUDFRONT,
    measure: perResource('AWS::CloudFront::CachePolicy', (properties) =>
      countAt(properties, 'CachePolicyConfig', 'ParametersInCacheKeyAndForwardedToOrigin', 'HeadersConfig', 'Headers'),
    ),
  },
  {
    name: 'query strings of a cache policy',
    max: 10,
    page: CLOUDFRONT,
    measure: perResource('AWS::CloudFront::CachePolicy', (properties) =>
      countAt(
        properties,
        'CachePolicyConfig',
        'ParametersInCacheKeyAndForwardedToOrigin',
        'QueryStringsConfig',
        'QueryStrings',
      ),
    ),
  },
  {
    name: 'headers of an origin request policy',
    max: 10,
    page: CLOUDFRONT,
    measure: perResource('AWS::CloudFront::OriginRequestPolicy', (properties) =>
      countAt(properties, 'OriginRequestPolicyConfig', 'HeadersConfig', 'Headers'),
    ),
  },
  ...['CachePolicy', 'OriginRequestPolicy', 'ResponseHeadersPolicy'].map((kind) => ({
    name: `policies of the kind ${kind} in an account`,
    max: 20,
    page: CLOUDFRONT,
    measure: perStack(
      ({ Resources }) => Object.values(Resources).filter(({ Type }) => Type === `AWS::CloudFront::${kind}`).length,
    ),
  })),
];
