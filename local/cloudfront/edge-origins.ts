import { buffer } from 'node:stream/consumers';
import type { ApiGateway } from '../api-gateway/api-gateway.ts';
import { REGION, URL_SUFFIX } from '../cloud/account.ts';
import type { Origins, S3Origin } from './origins.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { findObject } from '../s3/find-object.ts';
import type { S3 } from '../s3/s3.ts';

const BUCKET_DOMAIN = new RegExp(`^(.+?)\\.s3(?:\\.dualstack)?(?:\\.${REGION})?\\.${URL_SUFFIX}$`);

/** Finds the laptop's buckets, function URLs and HTTP APIs by their domain names. */
export function edgeOrigins(s3: S3, lambda: Lambda, gateway: ApiGateway): Origins {
  return {
    bucket: (domainName) => {
      const [, bucket = ''] = BUCKET_DOMAIN.exec(domainName) ?? [];
      return s3.findBucket(bucket) && bucketOrigin(s3, bucket);
    },
    functionUrl: (domainName) => {
      const url = lambda.urls.findByDomainName(domainName);
      return (
        url &&
        (async ({ body, ...request }) => lambda.urls.invoke(url.functionArn, { ...request, body: await buffer(body) }))
      );
    },
    httpApi: (domainName) => {
      const api = gateway.findByDomainName(domainName);
      return api && ((request) => gateway.handle(api, request));
    },
  };
}

function bucketOrigin(s3: S3, bucket: string): S3Origin {
  return {
    bucket,
    policy: () => s3.findBucket(bucket)?.policy,
    corsRules: () => s3.findBucket(bucket)?.corsRules ?? [],
    getObject: async (key) => {
      const object = await findObject(s3, { bucket, key });
      if (object === undefined) return undefined;
      const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
      return {
        sizeBytes: object.sizeBytes,
        etag: `"${object.etag}"`,
        lastModified: object.lastModified,
        headers: { 'content-type': object.contentType, ...object.headers, ...Object.fromEntries(metadata) },
        tags: Object.fromEntries(object.tags.map((tag) => [tag.key, tag.value])),
        read: (start, end) => object.stream(start, end),
      };
    },
  };
}
