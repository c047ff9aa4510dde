import * as z from 'zod';

/**
 * Cache policies and origin request policies: which parts of a request are in the cache key, and which are forwarded to the
 * origin.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html
 */

const queryStringsSchema = z.object({
  QueryStringBehavior: z.enum(['none', 'whitelist', 'allExcept', 'all']),
  QueryStrings: z.array(z.string()).default([]),
});
const cookiesSchema = z.object({
  CookieBehavior: z.enum(['none', 'whitelist', 'allExcept', 'all']),
  Cookies: z.array(z.string()).default([]),
});

export const cachePolicySchema = z.object({
  MinTTL: z.coerce.number(),
  DefaultTTL: z.coerce.number(),
  MaxTTL: z.coerce.number(),
  ParametersInCacheKeyAndForwardedToOrigin: z.object({
    EnableAcceptEncodingGzip: z.boolean(),
    EnableAcceptEncodingBrotli: z.boolean().default(false),
    HeadersConfig: z.object({
      HeaderBehavior: z.enum(['none', 'whitelist']),
      Headers: z.array(z.string()).default([]),
    }),
    CookiesConfig: cookiesSchema,
    QueryStringsConfig: queryStringsSchema,
  }),
});
export type CachePolicy = z.infer<typeof cachePolicySchema>;

export const originRequestPolicySchema = z.object({
  HeadersConfig: z.object({
    HeaderBehavior: z.enum(['none', 'whitelist', 'allViewer', 'allExcept']),
    Headers: z.array(z.string()).default([]),
  }),
  CookiesConfig: cookiesSchema,
  QueryStringsConfig: queryStringsSchema,
});
export type OriginRequestPolicy = z.infer<typeof originRequestPolicySchema>;

const SELECTS_NOTHING = {
  HeadersConfig: { HeaderBehavior: 'none' },
  CookiesConfig: { CookieBehavior: 'none' },
  QueryStringsConfig: { QueryStringBehavior: 'none' },
} as const;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
export const MANAGED_CACHE_POLICIES: Readonly<Record<string, CachePolicy>> = {
  /** CachingOptimized */
  '658327ea-f89d-4fab-a63d-7e88639e58f6': cachePolicySchema.parse({
    MinTTL: 1,
    DefaultTTL: 86_400,
    MaxTTL: 31_536_000,
    ParametersInCacheKeyAndForwardedToOrigin: {
      ...SELECTS_NOTHING,
      EnableAcceptEncodingGzip: true,
      EnableAcceptEncodingBrotli: true,
    },
  }),
  /** CachingDisabled */
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': cachePolicySchema.parse({
    MinTTL: 0,
    DefaultTTL: 0,
    MaxTTL: 0,
    ParametersInCacheKeyAndForwardedToOrigin: { ...SELECTS_NOTHING, EnableAcceptEncodingGzip: false },
  }),
};

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
export const MANAGED_ORIGIN_REQUEST_POLICIES: Readonly<Record<string, OriginRequestPolicy>> = {
  /** AllViewerExceptHostHeader */
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': originRequestPolicySchema.parse({
    HeadersConfig: { HeaderBehavior: 'allExcept', Headers: ['Host'] },
    CookiesConfig: { CookieBehavior: 'all' },
    QueryStringsConfig: { QueryStringBehavior: 'all' },
  }),
  /** CORS-S3Origin */
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': originRequestPolicySchema.parse({
    ...SELECTS_NOTHING,
    HeadersConfig: {
      HeaderBehavior: 'whitelist',
      Headers: ['origin', 'access-control-request-headers', 'access-control-request-method'],
    },
  }),
};
