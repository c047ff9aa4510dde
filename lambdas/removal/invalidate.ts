import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';

/**
 * Drops what the edge has below a path.
 *
 * @param reference the same for the same request: CloudFront then makes no second invalidation
 * @throws TooManyInvalidationsInProgress where so many are under way that one has to come again later
 */
export type Invalidate = (path: string, reference: string) => Promise<void>;

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html */
export function invalidateIn(cloudFront: CloudFrontClient, distributionId: string): Invalidate {
  return async (path, reference) => {
    await cloudFront.send(
      new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: { CallerReference: reference, Paths: { Quantity: 1, Items: [path] } },
      }),
    );
  };
}
