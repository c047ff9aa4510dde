import { Duration, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Distribution,
  HttpVersion,
  type IKeyGroup,
  PriceClass,
  SecurityPolicyProtocol,
} from 'aws-cdk-lib/aws-cloudfront';
import type { FunctionUrl } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../config/config.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { PagesBucket } from '../pages/pages-bucket.ts';
import { CachePolicies } from './cache-policies.ts';
import { type ApiOrigin, PageBehaviors } from '../pages/page-behaviors.ts';
import type { PageRoutes } from '../pages/page-routes.ts';
import { VideoBehaviors } from './video-behaviors.ts';

export interface EdgeProps {
  /** Bucket that holds media. */
  readonly output: OutputBucket;
  /** URL of the function that serves playlists. */
  readonly playlists: FunctionUrl;
  /** URL of the function that packages segments just in time. */
  readonly packager: FunctionUrl;
  /** Keys whose signatures are accepted for videos. */
  readonly keyGroup: IKeyGroup;
  /** Origins of web pages that may read media. */
  readonly playerOrigins: readonly string[];
  /** Bucket that holds the pages. */
  readonly pages: PagesBucket;
  /** Function that routes the requests of pages. */
  readonly pageRoutes: PageRoutes;
  /** URL of the function that serves the pages of videos. */
  readonly linkPreview: FunctionUrl;
  /** HTTP API. */
  readonly api: ApiOrigin;
  /** URLs besides the edge to which the pages send requests. */
  readonly pagesConnectTo: readonly string[];
  /** Web ACL that inspects every request. @default none */
  readonly webAclArn?: string | undefined;
  /** Price class, domain and origin shield. */
  readonly settings: Config['edge'];
}

const PRICE_CLASSES: Readonly<Record<Config['edge']['priceClass'], PriceClass>> = {
  100: PriceClass.PRICE_CLASS_100,
  200: PriceClass.PRICE_CLASS_200,
  all: PriceClass.PRICE_CLASS_ALL,
};

/** Pattern of a video's id: a question mark stands for one character. */
const UUID = '????????-????-????-????-????????????';

/**
 * Errors that CloudFront by default caches for ten seconds regardless of the origin's headers. The next client may have
 * access that this one lacks, and a video becomes playable the moment its objects are published. A throttled function responds
 * 429, which CloudFront never caches and accepts no setting for.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
const UNCACHED_ERRORS = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

/** Distribution that receives every request: for a video, which needs a signature, for the API, or else for a page. */
export class Edge extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    const { domain, originShieldRegion, priceClass } = props.settings;
    const { output, playlists, packager, keyGroup, playerOrigins } = props;
    const { pages, pageRoutes: routes, linkPreview, api, pagesConnectTo: connectTo } = props;
    const policies = new CachePolicies(this, 'Policies');
    const common = { output, playlists, packager, keyGroup, playerOrigins, policies };
    const video = new VideoBehaviors(this, 'Video', { ...common, originShieldRegion });
    const page = new PageBehaviors(this, 'Pages', { pages, routes, linkPreview, api, connectTo, policies });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Sluice: pages, API and signed video',
      defaultBehavior: page.pages,
      // The first match decides.
      additionalBehaviors: {
        '/v/*.m3u8': video.playlists,
        '/v/*.mpd': video.playlists,
        '/v/*.vtt': video.playlists,
        '/v/*/mp4hls/*': video.packaged,
        '/v/*': video.media,
        '/api/openapi.json': page.publicApi,
        [`/api/videos/${UUID}`]: page.publicApi,
        [`/api/videos/${UUID}/playback`]: page.publicApi,
        '/api/*': page.api,
        [`/videos/${UUID}`]: page.video,
        [`/embed/${UUID}`]: page.videoEmbed,
        '/embed/*': page.embed,
      },
      ...(props.webAclArn !== undefined && { webAclId: props.webAclArn }),
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PRICE_CLASSES[priceClass],
      errorResponses: UNCACHED_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      ...(domain.kind === 'custom' && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    pages.grantList(this.distribution);
    this.#acknowledge(domain.kind);
  }

  #acknowledge(domain: Config['edge']['domain']['kind']): void {
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Geographic restrictions are for the operator to add; the default is none.' },
      {
        id: 'AwsSolutions-CFR2',
        reason:
          'Videos need a signature, the API needs a token and limits the rate, pages are static files except for a ' +
          'short function for those of videos: a web ACL, billed monthly, is a setting.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'Access logs use standard logging v2, configured outside of the distribution.',
      },
    );
    if (domain === 'cloudfront') {
      Validations.of(this.distribution).acknowledge({
        id: 'AwsSolutions-CFR4',
        reason: 'The cloudfront.net certificate has a fixed minimum TLS version; a custom domain gets TLS 1.2.',
      });
    }
  }
}
