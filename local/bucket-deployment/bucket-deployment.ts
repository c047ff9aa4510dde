import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as z from 'zod';
import type { CloudFront } from '../cloudfront/cloudfront.ts';
import { findObject } from '../s3/find-object.ts';
import type { S3 } from '../s3/s3.ts';
import { guessContentType } from './guess-content-type.ts';
import { makeFileFilter } from './file-filter.ts';

/** Properties of CDK's resource; unsupported ones are rejected. */
export const deploymentSchema = z.strictObject({
  ServiceToken: z.string(),
  SourceBucketNames: z.array(z.string()),
  SourceObjectKeys: z.array(z.string()).min(1),
  DestinationBucketName: z.string(),
  DestinationBucketKeyPrefix: z.string().default(''),
  SystemMetadata: z
    .strictObject({ 'cache-control': z.string().optional(), 'content-type': z.string().optional() })
    .default({}),
  Prune: z.boolean().default(true),
  Exclude: z.array(z.string()).default([]),
  Include: z.array(z.string()).default([]),
  DistributionId: z.string().optional(),
  DistributionPaths: z.array(z.string()).optional(),
  Extract: z.literal(true).optional(),
  RetainOnDelete: z.boolean().default(true),
  /** Ignored: invalidations complete at once, and nothing reads the keys. */
  WaitForDistributionInvalidation: z.boolean().optional(),
  OutputObjectKeys: z.boolean().optional(),
});
export type BucketDeployment = z.infer<typeof deploymentSchema>;

export interface BucketDeployerOptions {
  readonly s3: S3;
  readonly cloudFront: Pick<CloudFront, 'invalidate'>;
  /** Path of an asset, by its key in the assets bucket. */
  readonly assetPath: (key: string) => string;
}

/**
 * Copies assets into a bucket as CDK's own function does with `aws s3 sync`, and writes only changed objects.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_deployment-readme.html
 *
 * @throws Error if an asset is not a directory
 */
export async function deployToBucket(options: BucketDeployerOptions, deployment: BucketDeployment): Promise<void> {
  const { s3, cloudFront, assetPath } = options;
  const { DestinationBucketName: bucket, DestinationBucketKeyPrefix, DistributionId } = deployment;
  const prefix = toKeyPrefix(DestinationBucketKeyPrefix);
  const isIn = makeFileFilter(deployment.Exclude, deployment.Include);
  const files = new Map<string, string>();
  for (const key of deployment.SourceObjectKeys) {
    for (const file of await listFiles(assetPath(key))) if (isIn(file.path)) files.set(file.path, file.absolutePath);
  }
  let changed = false;
  for (const [path, absolutePath] of files) {
    const object = { bucket, key: `${prefix}${path}` };
    if (await write(s3, object, absolutePath, deployment.SystemMetadata)) changed = true;
  }
  if (deployment.Prune) {
    for await (const { key } of s3.list({ bucket, prefix })) {
      const path = key.slice(prefix.length);
      if (files.has(path) || !isIn(path)) continue;
      await s3.delete({ bucket, key });
      changed = true;
    }
  }
  if (changed && DistributionId !== undefined) {
    cloudFront.invalidate(DistributionId, deployment.DistributionPaths ?? [`/${prefix}*`]);
  }
}

/**
 * Deletes all objects below the destination, as CDK's function does with the resource unless its objects are retained. It
 * would keep those of a bucket whose tags name a deployment, if its role could read the tags, which Sluice's cannot.
 */
export async function emptyBucket({ s3 }: Pick<BucketDeployerOptions, 's3'>, deployment: BucketDeployment): Promise<void> {
  const { DestinationBucketName: bucket, DestinationBucketKeyPrefix, RetainOnDelete } = deployment;
  if (RetainOnDelete || s3.findBucket(bucket) === undefined) return;
  for await (const { key } of s3.list({ bucket, prefix: toKeyPrefix(DestinationBucketKeyPrefix) }))
    await s3.delete({ bucket, key });
}

function toKeyPrefix(prefix: string): string {
  return prefix === '' || prefix === '/' ? '' : `${prefix.replaceAll(/^\/|\/$/g, '')}/`;
}

async function listFiles(directory: string): Promise<{ path: string; absolutePath: string }[]> {
  const status = await stat(directory);
  if (!status.isDirectory()) throw new Error(`Bucket deployments need directories, and ${directory} is a file.`);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((absolutePath) => ({ path: relative(directory, absolutePath).replaceAll(sep, '/'), absolutePath }));
}

/** Writes an object unless the bucket already has the same one. @returns whether it was written */
async function write(
  s3: S3,
  object: { readonly bucket: string; readonly key: string },
  file: string,
  metadata: BucketDeployment['SystemMetadata'],
): Promise<boolean> {
  const body = await readFile(file);
  const contentType = metadata['content-type'] ?? guessContentType(file);
  const cacheControl = metadata['cache-control'];
  const present = await findObject(s3, object);
  const same =
    present?.etag === createHash('md5').update(body).digest('hex') &&
    present.headers['content-type'] === contentType &&
    present.headers['cache-control'] === cacheControl;
  if (!same) await s3.put({ ...object, body, contentType, cacheControl });
  return !same;
}
