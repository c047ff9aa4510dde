import type { Resource, ResourceProvider } from '../cloud/resource.ts';
import { type BucketDeployerOptions, deploymentSchema, deployToBucket, emptyBucket } from './bucket-deployment.ts';

/** Logical id of the function that CDK adds to each stack with a deployment. */
const COPYING_FUNCTION = /^CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/;

/** Returns whether a function is CDK's copying function, which is written in Python and replaced on the laptop. */
export function isCopyingFunction({ logicalId }: Resource): boolean {
  return COPYING_FUNCTION.test(logicalId);
}

/** Makes the provider of CDK's `BucketDeployment`. */
export function bucketDeploymentProviders(options: BucketDeployerOptions): readonly ResourceProvider[] {
  return [
    {
      type: 'Custom::CDKBucketDeployment',
      supportedProperties: Object.keys(deploymentSchema.shape),
      provision: async ({ properties, physicalName, logicalId }) => {
        const parsed = deploymentSchema.safeParse(properties);
        if (!parsed.success) throw new Error(`${logicalId}: ${parsed.error.message}`);
        const { DestinationBucketName: bucket, SourceObjectKeys } = parsed.data;
        await deployToBucket(options, parsed.data);
        const attributes = { DestinationBucketArn: `arn:aws:s3:::${bucket}`, SourceObjectKeys };
        return { ref: `aws.cdk.s3deployment.${physicalName}`, attributes };
      },
      delete: ({ properties }) => emptyBucket(options, deploymentSchema.parse(properties)),
    },
  ];
}
