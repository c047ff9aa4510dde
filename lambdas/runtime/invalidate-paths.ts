import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';

/**
 * Invalidates the edge's copies at paths, or below one that ends in `*`.
 *
 * @param reference the same for each attempt, so that CloudFront creates a single invalidation: to a repeated reference
 * with the same paths it returns the earlier one
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationBatch.html
 * @throws TooManyInvalidationsInProgress if too many are in progress; retry later
 */
export type Invalidate = (paths: string | readonly string[], reference: string) => Promise<void>;

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html */
export function pathInvalidator(cloudFront: CloudFrontClient, distributionId: string): Invalidate {
  return async (paths, reference) => {
    const items = [paths].flat();
    await cloudFront.send(
      new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: { CallerReference: reference, Paths: { Quantity: items.length, Items: items } },
      }),
    );
  };
}
