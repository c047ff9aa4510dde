import * as z from 'zod';

// The part of `AWS::CloudFront::Distribution` that the edge implements. Other properties of behaviors are rejected, so
// that nothing is deployed without ever having run.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html

function items<Item extends z.ZodType>(item: Item) {
  return z.object({ Items: z.array(item) });
}

const behaviorFields = {
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: z.string(),
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  CachedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  CachePolicyId: z.string(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  /** Ignored: the laptop sends bodies uncompressed. */
  Compress: z.boolean().optional(),
  TrustedKeyGroups: z.array(z.string()).default([]),
  FunctionAssociations: z
    .array(z.strictObject({ EventType: z.enum(['viewer-request', 'viewer-response']), FunctionARN: z.string() }))
    .default([]),
};

const defaultBehaviorSchema = z.strictObject(behaviorFields);
const behaviorSchema = z.strictObject({ ...behaviorFields, PathPattern: z.string().min(1) });

/**
 * Headers that CloudFront refuses to add to requests to an origin.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
 */
const REFUSED_HEADER =
  /^(?:cache-control|connection|content-length|cookie|host|if-(?:match|modified-since|none-match|range|unmodified-since)|max-forwards|pragma|proxy-authorization|proxy-connection|range|request-range|te|trailer|transfer-encoding|upgrade|via|x-amz-.*|x-edge-.*|x-real-ip)$/i;

const customHeaderSchema = z.object({
  HeaderName: z.string().refine((name) => !REFUSED_HEADER.test(name), 'is a header that CloudFront does not add'),
  HeaderValue: z.string(),
});

const originSchema = z.object({
  Id: z.string(),
  DomainName: z.string(),
  OriginPath: z.string().default(''),
  OriginAccessControlId: z.string().optional(),
  OriginCustomHeaders: z.array(customHeaderSchema).default([]),
});

const originGroupSchema = z.object({
  Id: z.string(),
  FailoverCriteria: z.object({ StatusCodes: items(z.coerce.number()) }),
  Members: items(z.object({ OriginId: z.string() })),
});

const customErrorSchema = z.object({
  ErrorCode: z.coerce.number(),
  ErrorCachingMinTTL: z.coerce.number().optional(),
  ResponseCode: z.coerce.number().optional(),
  ResponsePagePath: z.string().optional(),
});

export const distributionConfigSchema = z.object({
  Enabled: z.coerce.boolean(),
  Aliases: z.array(z.string()).default([]),
  DefaultRootObject: z.string().default(''),
  DefaultCacheBehavior: defaultBehaviorSchema,
  CacheBehaviors: z.array(behaviorSchema).default([]),
  Origins: z.array(originSchema),
  OriginGroups: z.object({ Items: z.array(originGroupSchema).default([]) }).default({ Items: [] }),
  CustomErrorResponses: z.array(customErrorSchema).default([]),
});

export type DistributionConfig = z.infer<typeof distributionConfigSchema>;
export type Behavior = z.infer<typeof defaultBehaviorSchema>;
export type OriginConfig = z.infer<typeof originSchema>;
