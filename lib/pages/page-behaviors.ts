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
  /** Bucket that holds the pages. */
  readonly pages: PagesBucket;
  /** Domain name of the HTTP API. */
  readonly api: string;
  /** URLs besides their own origin to which the pages send requests. */
  readonly connectTo: readonly string[];
  readonly policies: CachePolicies;
}

/** Behaviors for the pages and the API that they call; none needs a signature. */
export class PageBehaviors extends Construct {
  readonly pages: BehaviorOptions;
  /** Player that other sites embed. */
  readonly embed: BehaviorOptions;
  readonly api: BehaviorOptions;

  constructor(scope: Construct, id: string, { pages, api, connectTo, policies }: PageBehaviorsProps) {
    super(scope, id);
    const headers = new PageResponseHeaders(this, 'Headers', { connectTo });
    const routes = new EdgeFunction(this, 'Routes', {
      comment: 'Serves the same document at the path of every page',
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
        // The API waits this long for its function.
        readTimeout: Duration.seconds(30),
        // A retry could repeat work that is already done.
        connectionAttempts: 1,
      }),
      // A redirect would come too late to protect a token sent in plain text.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // API Gateway routes by its own host name.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: headers.api,
      compress: false,
    };
  }
}
