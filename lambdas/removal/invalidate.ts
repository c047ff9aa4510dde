import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';

/**
 * Invalidates the edge's copies below a path.
 *
 * @param reference the same for each attempt, so that CloudFront creates a single invalidation
 * @throws TooManyInvalidationsInProgress if too many are in progress; retry later
 */
export type Invalidate = (path: string, reference: string) => Promise<void>;

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html */
export function pathInvalidator(cloudFront: CloudFrontClient, distributionId: string): Invalidate {
  return async (path, reference) => {
    await cloudFront.send(
      new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: { CallerReference: reference, Paths: { Quantity: 1, Items: [path] } },
      }),
    );
  };
}
