import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Lists every object below a prefix, in key order. */
export async function listObjects(s3: S3Client, bucket: string, prefix: string): Promise<ListedObject[]> {
  const listed: ListedObject[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, Size = 0 } of page.Contents ?? []) {
      if (Key !== undefined) listed.push({ key: Key, sizeBytes: Size });
    }
  }
  return listed;
}
