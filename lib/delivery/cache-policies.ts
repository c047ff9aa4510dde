import { Duration } from 'aws-cdk-lib';
import {
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';

/** What the edge keeps, for how long and under which key. CloudFront's own parameters are never part of it. */
export class CachePolicies extends Construct {
  readonly playlists: CachePolicy;
  readonly media: CachePolicy;
  readonly pages: CachePolicy;
  /** What S3 needs to answer the preflight of a player on another site. */
  readonly preflight: OriginRequestPolicy;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.playlists = new CachePolicy(this, 'Playlists', {
      comment: 'A playlist carries the signature of its viewer, so it is kept for nobody else',
      queryStringBehavior: CacheQueryStringBehavior.allowList('t'),
      headerBehavior: CacheHeaderBehavior.none(),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      // At a maximum of 0 CloudFront allows nothing in the cache key, and `t` has to be in it.
      maxTtl: Duration.seconds(1),
      // Hands the origin a clean Accept-Encoding: the function compresses, since CloudFront does not at TTL 0.
      enableAcceptEncodingGzip: true,
    });
    this.media = new CachePolicy(this, 'Media', {
      comment: 'Media never changes under its path',
      queryStringBehavior: CacheQueryStringBehavior.none(),
      headerBehavior: CacheHeaderBehavior.none(),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.days(365),
      maxTtl: Duration.days(365),
    });
    this.pages = new CachePolicy(this, 'Pages', {
      comment: 'Files of the pages say themselves for how long they may be kept',
      queryStringBehavior: CacheQueryStringBehavior.none(),
      headerBehavior: CacheHeaderBehavior.none(),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.minutes(1),
      maxTtl: Duration.days(365),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
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
