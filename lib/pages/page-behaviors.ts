import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import type { PagesBucket } from './pages-bucket.ts';
import type { CachePolicies } from '../delivery/cache-policies.ts';
import { PageResponseHeaders } from './page-response-headers.ts';

export interface PageBehaviorsProps {
  /** Where the pages lie. */
  readonly pages: PagesBucket;
  /** Domain name of the HTTP API. */
  readonly api: string;
  /** Where else than to their own origin the pages send requests: URLs, each with its scheme. */
  readonly connectTo: readonly string[];
  readonly policies: CachePolicies;
}

/** The pages and the API that they ask, of which nothing takes a signature. */
export class PageBehaviors extends Construct {
  readonly pages: BehaviorOptions;
  /** The player for other sites' pages. */
  readonly embed: BehaviorOptions;
  readonly api: BehaviorOptions;

  constructor(scope: Construct, id: string, { pages, api, connectTo, policies }: PageBehaviorsProps) {
    super(scope, id);
    const headers = new PageResponseHeaders(this, 'Headers', { connectTo });
    const routes = new EdgeFunction(this, 'Routes', {
      comment: 'Answers the path of every page with the one document',
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'page-routes.js') }),
      runtime: FunctionRuntime.JS_2_0,
    });
    const page = {
      origin: S3BucketOrigin.withOriginAccessControl(pages),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: policies.pages,
      functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: routes }],
    };
    this.pages = { ...page, responseHeadersPolicy: headers.pages };
    this.embed = { ...page, responseHeadersPolicy: headers.embed };
    this.api = {
      origin: new HttpOrigin(api, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        // As long as the API waits for its function.
        readTimeout: Duration.seconds(30),
        // Trying again would do again what was done already.
        connectionAttempts: 1,
      }),
      // A redirect would come too late for the token of a request that was sent in the clear.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // The API finds itself by its own host name.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: headers.api,
      compress: false,
    };
  }
}
