import { Duration } from 'aws-cdk-lib';
import {
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { PLAYLIST_PARAMETERS } from '../../lambdas/contracts/playlist-parameters.ts';

/** Cache policies of the edge: how long it keeps responses, under which key. CloudFront's own parameters are never part of it. */
export class CachePolicies extends Construct {
  readonly playlists: CachePolicy;
  readonly media: CachePolicy;
  /** Segments that are packaged just in time. */
  readonly packaged: CachePolicy;
  readonly pages: CachePolicy;
  /** Responses of the API that it lets the edge keep for signed-out visitors. */
  readonly publicApi: CachePolicy;
  /** Parameters with which the function of the pages names a video to its link preview. */
  readonly preview: OriginRequestPolicy;
  /** Headers that S3 needs to respond to the preflight of a player on another site. */
  readonly preflight: OriginRequestPolicy;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.playlists = new CachePolicy(this, 'Playlists', {
      comment: "A playlist carries its viewer's signature, so it is never cached for another viewer",
      queryStringBehavior: CacheQueryStringBehavior.allowList(...PLAYLIST_PARAMETERS),
      headerBehavior: CacheHeaderBehavior.none(),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      // With a maximum of 0 CloudFront allows no parameters in the cache key, which must include all of a playlist's.
      maxTtl: Duration.seconds(1),
      // Normalizes Accept-Encoding for the function, which compresses because CloudFront does not at TTL 0.
      enableAcceptEncodingGzip: true,
    });
    this.media = new CachePolicy(this, 'Media', {
      comment: 'Media at a path never changes',
      queryStringBehavior: CacheQueryStringBehavior.none(),
      headerBehavior: CacheHeaderBehavior.none(),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.days(365),
      maxTtl: Duration.days(365),
    });
    this.packaged = new CachePolicy(this, 'Packaged', {
      comment: 'The packager says what is kept: segments, which never change, and no refusals',
      queryStringBehavior: CacheQueryStringBehavior.none(),
      headerBehavior: CacheHeaderBehavior.none(),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(365),
    });
    this.pages = new CachePolicy(this, 'Pages', {
      comment: 'Each file of the pages sets its own cache lifetime',
      queryStringBehavior: CacheQueryStringBehavior.none(),
      headerBehavior: CacheHeaderBehavior.none(),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.minutes(1),
      maxTtl: Duration.days(365),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
    this.publicApi = new CachePolicy(this, 'PublicApi', {
      comment: 'The API says what is kept: nothing that it responds to a token',
      queryStringBehavior: CacheQueryStringBehavior.all(),
      // Everything that a response depends on. Without the token, one person would get what another may see.
      headerBehavior: CacheHeaderBehavior.allowList('Authorization', 'Origin'),
      // With a minimum above 0 CloudFront would keep even what is `no-store`.
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(1),
    });
    this.preview = new OriginRequestPolicy(this, 'Preview', {
      comment: 'The page of a video, which is never cached',
      queryStringBehavior: OriginRequestQueryStringBehavior.allowList('video', 'origin'),
    });
    this.preflight = new OriginRequestPolicy(this, 'Preflight', {
      headerBehavior: OriginRequestHeaderBehavior.allowList(
        'Origin',
        'Access-Control-Request-Method',
        'Access-Control-Request-Headers',
      ),
    });
  }
}
