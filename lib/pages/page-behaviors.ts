import { Duration } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachedMethods,
  CachePolicy,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin, HttpOrigin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { FunctionUrl } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { PathFunction } from '../api/path-function.ts';
import type { PagesBucket } from './pages-bucket.ts';
import type { CachePolicies } from '../delivery/cache-policies.ts';
import { MAX_PREVIEW_TIME } from './link-preview.ts';
import { PageResponseHeaders } from './page-response-headers.ts';
import type { PageRoutes } from './page-routes.ts';

/** HTTP API behind the distribution. */
export interface ApiOrigin {
  readonly domainName: string;
  /** Headers by which it recognizes the distribution. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface PageBehaviorsProps {
  /** Bucket that holds the pages. */
  readonly pages: PagesBucket;
  /** Function that routes their requests. */
  readonly routes: PageRoutes;
  /** URL of the function that serves the pages of videos. */
  readonly linkPreview: FunctionUrl;
  readonly api: ApiOrigin;
  /** URLs besides their own origin to which the pages send requests. */
  readonly connectTo: readonly string[];
  readonly policies: CachePolicies;
}

/** Behaviors for the pages and the API that they call; none needs a signature. */
export class PageBehaviors extends Construct {
  readonly pages: BehaviorOptions;
  /** Player that other sites embed. */
  readonly embed: BehaviorOptions;
  /** Page of a video, with its link preview. */
  readonly video: BehaviorOptions;
  /** Player of a video, with its link preview. */
  readonly videoEmbed: BehaviorOptions;
  readonly api: BehaviorOptions;
  /** Paths of the API whose responses to signed-out visitors are kept, so that they do not wake a paused database. */
  readonly publicApi: BehaviorOptions;

  constructor(scope: Construct, id: string, { pages, routes, linkPreview, api, connectTo, policies }: PageBehaviorsProps) {
    super(scope, id);
    const headers = new PageResponseHeaders(this, 'Headers', { connectTo });
    const bucket = S3BucketOrigin.withOriginAccessControl(pages);
    const page = {
      origin: bucket,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: policies.pages,
      functionAssociations: routes.associations,
    };
    this.pages = { ...page, responseHeadersPolicy: headers.pages };
    this.embed = { ...page, responseHeadersPolicy: headers.embed };
    const uncached = {
      origin: new OriginGroup({
        primaryOrigin: FunctionUrlOrigin.withOriginAccessControl(linkPreview, {
          readTimeout: MAX_PREVIEW_TIME,
          connectionTimeout: Duration.seconds(2),
          connectionAttempts: 1,
        }),
        // Serves the same document without a preview, or the one of an unknown path.
        fallbackOrigin: bucket,
        fallbackStatusCodes: [403, 404, 500, 502, 503, 504],
      }),
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: policies.preview,
    };
    this.video = { ...this.pages, ...uncached };
    this.videoEmbed = { ...this.embed, ...uncached };
    const plainPath = new PathFunction(this, 'PlainPath', {
      file: 'plain-path',
      comment: 'Refuses encoded delimiters in paths of the API',
      problem: 'not_found',
    });
    const canonicalPath = new PathFunction(this, 'CanonicalPath', {
      file: 'canonical-path',
      comment: 'Gives each kept path of the API one spelling',
      problem: 'video_not_found',
    });
    this.api = {
      origin: new HttpOrigin(api.domainName, {
        customHeaders: { ...api.headers },
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
      functionAssociations: [plainPath.association],
      compress: false,
    };
    this.publicApi = {
      ...this.api,
      cachePolicy: policies.publicApi,
      // Preflight requests depend on headers that are not in the cache key.
      cachedMethods: CachedMethods.CACHE_GET_HEAD,
      functionAssociations: [canonicalPath.association],
    };
  }
}
