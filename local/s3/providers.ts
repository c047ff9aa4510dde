import { z } from 'zod';
import { PARTITION, REGION, URL_SUFFIX } from '../cloud/account.ts';
import type { Resource, ResourceProvider } from '../cloud/resource.ts';
import type { S3 } from './s3.ts';

const corsRuleSchema = z.object({
  AllowedMethods: z.array(z.string()),
  AllowedOrigins: z.array(z.string()),
  AllowedHeaders: z.array(z.string()).default([]),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
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
        'Tags',
      ],
      provision: async (resource) => provisionBucket(s3, resource),
    },
    {
      type: 'AWS::S3::BucketPolicy',
      supportedProperties: ['Bucket', 'PolicyDocument'],
      provision: async (resource) => {
        const { Bucket, PolicyDocument } = bucketPolicySchema.parse(resource.properties);
        s3.putBucketPolicy(Bucket, PolicyDocument);
        return { ref: Bucket };
      },
    },
  ];
}
