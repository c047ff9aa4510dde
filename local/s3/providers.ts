import * as z from 'zod';
import { PARTITION, REGION, URL_SUFFIX } from '../cloud/account.ts';
import type { Resource, ResourceProvider } from '../cloud/resource.ts';
import type { S3 } from './s3.ts';
import type { LifecycleRule } from './store/lifecycle-rule.ts';

const corsRuleSchema = z.object({
  AllowedMethods: z.array(z.string()),
  AllowedOrigins: z.array(z.string()),
  AllowedHeaders: z.array(z.string()).default([]),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
});

const days = z.coerce.number().int().min(0);

/**
 * A rule without transitions of replaced versions or at a date, which the laptop does not support.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html
 */
const lifecycleRuleSchema = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().optional(),
  TagFilters: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
  ObjectSizeGreaterThan: z.coerce.number().optional(),
  ObjectSizeLessThan: z.coerce.number().optional(),
  ExpirationInDays: days.optional(),
  ExpirationDate: z.string().optional(),
  ExpiredObjectDeleteMarker: z.stringbool().or(z.boolean()).default(false),
  NoncurrentVersionExpirationInDays: days.optional(),
  NoncurrentVersionExpiration: z
    .strictObject({ NoncurrentDays: days, NewerNoncurrentVersions: days.optional() })
    .optional(),
  Transitions: z.array(z.strictObject({ StorageClass: z.string(), TransitionInDays: days })).default([]),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: days }).optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
const bucketSchema = z.object({
  BucketName: z.string().optional(),
  VersioningConfiguration: z.object({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  NotificationConfiguration: z
    .object({
      EventBridgeConfiguration: z
        .object({ EventBridgeEnabled: z.stringbool().or(z.boolean()).default(true) })
        .optional(),
    })
    .optional(),
  CorsConfiguration: z.object({ CorsRules: z.array(corsRuleSchema) }).optional(),
  LifecycleConfiguration: z.object({ Rules: z.array(lifecycleRuleSchema) }).optional(),
  // Access control lists, which the other settings enable, are not supported.
  OwnershipControls: z
    .object({ Rules: z.array(z.object({ ObjectOwnership: z.literal('BucketOwnerEnforced') })) })
    .optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});

const bucketPolicySchema = z.object({ Bucket: z.string(), PolicyDocument: z.record(z.string(), z.unknown()) });

function provisionBucket(s3: S3, resource: Resource) {
  const properties = bucketSchema.parse(resource.properties);
  const name = properties.BucketName ?? resource.physicalName;
  s3.putBucket(name, {
    ...(properties.VersioningConfiguration && { versioning: properties.VersioningConfiguration.Status }),
    eventBridge: properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled ?? false,
    corsRules: (properties.CorsConfiguration?.CorsRules ?? []).map((rule) => ({
      allowedMethods: rule.AllowedMethods,
      allowedOrigins: rule.AllowedOrigins,
      allowedHeaders: rule.AllowedHeaders,
      exposedHeaders: rule.ExposedHeaders,
      maxAgeSeconds: rule.MaxAge,
    })),
    lifecycleRules: (properties.LifecycleConfiguration?.Rules ?? [])
      .filter(({ Status }) => Status === 'Enabled')
      .map(toLifecycleRule),
    tags: properties.Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
  });
  return {
    ref: name,
    attributes: {
      Arn: `arn:${PARTITION}:s3:::${name}`,
      DomainName: `${name}.s3.${URL_SUFFIX}`,
      RegionalDomainName: `${name}.s3.${REGION}.${URL_SUFFIX}`,
      DualStackDomainName: `${name}.s3.dualstack.${REGION}.${URL_SUFFIX}`,
      WebsiteURL: `http://${name}.s3-website-${REGION}.${URL_SUFFIX}`,
    },
  };
}

function toLifecycleRule(rule: z.infer<typeof lifecycleRuleSchema>): LifecycleRule {
  return {
    id: rule.Id,
    filter: {
      prefix: rule.Prefix ?? '',
      tags: rule.TagFilters.map(({ Key, Value }) => ({ key: Key, value: Value })),
      minSizeBytes: rule.ObjectSizeGreaterThan,
      maxSizeBytes: rule.ObjectSizeLessThan,
    },
    expirationDays: rule.ExpirationInDays,
    expirationMs: rule.ExpirationDate === undefined ? undefined : Date.parse(rule.ExpirationDate),
    transitions: rule.Transitions.map(({ StorageClass: storageClass, TransitionInDays }) => ({ storageClass, days: TransitionInDays })),
    removesExpiredMarkers: rule.ExpiredObjectDeleteMarker,
    noncurrentDays: rule.NoncurrentVersionExpiration?.NoncurrentDays ?? rule.NoncurrentVersionExpirationInDays,
    newerNoncurrentVersions: rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions ?? 0,
    abortUploadDays: rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  };
}

/** Makes the providers of buckets and bucket policies. */
export function s3Providers(s3: S3): ResourceProvider[] {
  return [
    {
      type: 'AWS::S3::Bucket',
      supportedProperties: [
        'BucketName',
        'VersioningConfiguration',
        'NotificationConfiguration',
        'CorsConfiguration',
        'LifecycleConfiguration',
        'OwnershipControls',
        'Tags',
      ],
      provision: async (resource) => provisionBucket(s3, resource),
      delete: async ({ properties, physicalName }) =>
        s3.deleteBucket(bucketSchema.parse(properties).BucketName ?? physicalName),
    },
    {
      type: 'AWS::S3::BucketPolicy',
      supportedProperties: ['Bucket', 'PolicyDocument'],
      provision: async (resource) => {
        const { Bucket, PolicyDocument } = bucketPolicySchema.parse(resource.properties);
        s3.putBucketPolicy(Bucket, PolicyDocument);
        return { ref: Bucket };
      },
      delete: async ({ properties }) => {
        const { Bucket } = bucketPolicySchema.parse(properties);
        if (s3.findBucket(Bucket) !== undefined) s3.putBucketPolicy(Bucket, undefined);
      },
    },
  ];
}
