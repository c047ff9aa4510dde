import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ApiGateway } from '../api-gateway/api-gateway.ts';
import { REGION, URL_SUFFIX } from '../cloud/account.ts';
import type { Origins, S3Origin } from './origins.ts';
import type { HttpResponse } from '../http/http-message.ts';
import type { Principal } from '../iam/access.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import type { FunctionUrl } from '../lambda/function-url.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { findObject } from '../s3/find-object.ts';
import type { S3 } from '../s3/s3.ts';

const BUCKET_DOMAIN = new RegExp(`^(.+?)\\.s3(?:\\.dualstack)?(?:\\.${REGION})?\\.${URL_SUFFIX}$`);

/** Finds the laptop's buckets, function URLs and HTTP APIs by their domain names. */
export function edgeOrigins(s3: S3, lambda: Lambda, gateway: ApiGateway, authorizer: Authorizer): Origins {
  return {
    bucket: (domainName) => {
      const [, bucket = ''] = BUCKET_DOMAIN.exec(domainName) ?? [];
      return s3.findBucket(bucket) && bucketOrigin(s3, bucket, authorizer);
    },
    functionUrl: (domainName, distributionArn) => {
      const url = lambda.urls.findByDomainName(domainName);
      return (
        url &&
        (async ({ body, ...request }) => {
          if (!(await mayInvoke(authorizer, url, distributionArn))) return makeForbiddenResponse();
          return lambda.urls.invoke(url.functionArn, { ...request, body: await buffer(body) });
        })
      );
    },
    httpApi: (domainName) => {
      const api = gateway.findByDomainName(domainName);
      return api && ((request) => gateway.handle(api, request));
    },
  };
}

/**
 * Returns whether the policy of a function lets a distribution call its URL, which takes two actions. It must do so for a
 * URL without authentication too.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
async function mayInvoke(authorizer: Authorizer, url: FunctionUrl, sourceArn: string): Promise<boolean> {
  const edge: Principal = { kind: 'service', service: 'cloudfront.amazonaws.com', sourceArn };
  const resource = url.functionArn;
  const context = { 'lambda:FunctionUrlAuthType': url.authType };
  return (
    (await authorizer.may(edge, { action: 'lambda:InvokeFunctionUrl', resource, context })) &&
    (await authorizer.may(edge, {
      action: 'lambda:InvokeFunction',
      resource,
      context: { 'lambda:InvokedViaFunctionUrl': 'true' },
    }))
  );
}

function makeForbiddenResponse(): HttpResponse {
  const message = 'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';
  return {
    statusCode: 403,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
    cookies: [],
    body: Readable.from([JSON.stringify({ Message: message })]),
  };
}

function bucketOrigin(s3: S3, bucket: string, authorizer: Authorizer): S3Origin {
  return {
    bucket,
    may: (principal, access) => authorizer.may(principal, access),
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
        read: (start, end) => object.chunks(start, end),
        link: (target) => object.link(target),
      };
    },
  };
}
