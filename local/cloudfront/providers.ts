import * as z from 'zod';
import { ACCOUNT_ID, PARTITION } from '../cloud/account.ts';
import type { Provisioned, Resource, ResourceProvider } from '../cloud/resource.ts';
import { stableHex, stableUuid } from '../cloud/stable-id.ts';
import type { CloudFront } from './cloudfront.ts';
import { distributionConfigSchema } from './distribution-config.ts';
import { cachePolicySchema, originRequestPolicySchema } from './request-policy.ts';
import { responseHeadersPolicySchema } from './response-headers-policy.ts';

const publicKeySchema = z.object({ PublicKeyConfig: z.object({ EncodedKey: z.string() }) });
const keyGroupSchema = z.object({ KeyGroupConfig: z.object({ Items: z.array(z.string()).min(1) }) });
const functionSchema = z.object({
  FunctionCode: z.string(),
  FunctionConfig: z.object({
    Runtime: z.literal('cloudfront-js-2.0'),
    KeyValueStoreAssociations: z.undefined().optional(),
  }),
});

/** Returns an id in CloudFront's form, such as `E2QWRUHAPOMQZL`, which is the same at every start. */
function stableCloudFrontId(prefix: 'E' | 'K', { physicalName }: Resource): string {
  const digest = BigInt(`0x${stableHex(physicalName, 64)}`);
  return `${prefix}${digest.toString(36).toUpperCase().slice(0, 13)}`;
}

function globalArn(resource: string): string {
  return `arn:${PARTITION}:cloudfront::${ACCOUNT_ID}:${resource}`;
}

/** Modification time of every resource; nothing reads it. */
const LAST_MODIFIED = '2026-01-01T00:00:00Z';

/** Makes the providers of the template's `AWS::CloudFront` resources. */
export function cloudFrontProviders(cloudFront: CloudFront): ResourceProvider[] {
  const providers = [
    makeProvider('AWS::CloudFront::PublicKey', 'PublicKeyConfig', (resource) => {
      const id = idOf(resource);
      cloudFront.addPublicKey(id, publicKeySchema.parse(resource.properties).PublicKeyConfig.EncodedKey);
      return { ref: id, attributes: { Id: id, CreatedTime: LAST_MODIFIED } };
    }),
    makeProvider('AWS::CloudFront::KeyGroup', 'KeyGroupConfig', (resource) => {
      const id = idOf(resource);
      cloudFront.addKeyGroup(id, keyGroupSchema.parse(resource.properties).KeyGroupConfig.Items);
      return { ref: id, attributes: { Id: id, LastModifiedTime: LAST_MODIFIED } };
    }),
    makePolicyProvider('AWS::CloudFront::CachePolicy', 'CachePolicyConfig', (id, config) =>
      cloudFront.addCachePolicy(id, cachePolicySchema.parse(config)),
    ),
    makePolicyProvider('AWS::CloudFront::OriginRequestPolicy', 'OriginRequestPolicyConfig', (id, config) =>
      cloudFront.addOriginRequestPolicy(id, originRequestPolicySchema.parse(config)),
    ),
    makePolicyProvider('AWS::CloudFront::ResponseHeadersPolicy', 'ResponseHeadersPolicyConfig', (id, config) =>
      cloudFront.addResponseHeadersPolicy(id, responseHeadersPolicySchema.parse(config)),
    ),
    // The bucket policy decides what the edge may read; within one process, reads need no signature.
    makeProvider('AWS::CloudFront::OriginAccessControl', 'OriginAccessControlConfig', (resource) => {
      const id = idOf(resource);
      return { ref: id, attributes: { Id: id } };
    }),
    makeProvider('AWS::CloudFront::Function', 'FunctionCode', (resource) => {
      const arn = idOf(resource);
      cloudFront.addFunction(arn, resource.logicalId, functionSchema.parse(resource.properties).FunctionCode);
      return { ref: arn, attributes: { FunctionARN: arn, 'FunctionMetadata.FunctionARN': arn, Stage: 'LIVE' } };
    }),
    makeProvider('AWS::CloudFront::Distribution', 'DistributionConfig', (resource) => {
      const id = idOf(resource);
      const domainName = `d${id.slice(1).toLowerCase()}.cloudfront.net`;
      const config = distributionConfigSchema.parse(resource.properties['DistributionConfig']);
      cloudFront.addDistribution({ id, arn: globalArn(`distribution/${id}`), domainName, config });
      return { ref: id, attributes: { Id: id, DomainName: domainName } };
    }),
  ];
  return providers.map((provider) => ({
    ...provider,
    delete: async (resource) => cloudFront.remove(idOf(resource)),
    update: async (resource, before) => {
      if (resource.type === 'AWS::CloudFront::PublicKey') requireSameKey(resource, before);
      return provider.provision(resource);
    },
  }));
}

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdatePublicKey.html */
function requireSameKey({ properties }: Resource, before: Resource): void {
  const { EncodedKey: key } = publicKeySchema.parse(properties).PublicKeyConfig;
  if (key !== publicKeySchema.parse(before.properties).PublicKeyConfig.EncodedKey)
    throw new Error('CannotChangeImmutablePublicKeyFields: the key of a public key cannot be changed.');
}

/** Returns the id of a resource, which follows from its name. */
function idOf(resource: Resource): string {
  switch (resource.type) {
    case 'AWS::CloudFront::PublicKey':
      return stableCloudFrontId('K', resource);
    case 'AWS::CloudFront::OriginAccessControl':
    case 'AWS::CloudFront::Distribution':
      return stableCloudFrontId('E', resource);
    case 'AWS::CloudFront::Function':
      return globalArn(`function/${resource.physicalName}`);
    default:
      return stableUuid(resource.physicalName);
  }
}

/** Makes a provider whose errors name the resource. */
function makeProvider(
  type: string,
  supported: string,
  provision: (resource: Resource) => Provisioned,
): ResourceProvider {
  return {
    type,
    supportedProperties: [
      supported,
      ...(type === 'AWS::CloudFront::Function' ? ['FunctionConfig', 'AutoPublish', 'Name'] : []),
    ],
    provision: async (resource) => {
      try {
        return provision(resource);
      } catch (error) {
        throw new Error(`${type} ${resource.logicalId}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    },
  };
}

function makePolicyProvider(
  type: string,
  property: string,
  add: (id: string, config: unknown) => void,
): ResourceProvider {
  return makeProvider(type, property, (resource) => {
    const id = idOf(resource);
    add(id, resource.properties[property]);
    return { ref: id, attributes: { Id: id, LastModifiedTime: LAST_MODIFIED } };
  });
}
