import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachedMethods,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  type IKeyGroup,
  PriceClass,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { FunctionUrl } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { OutputBucket } from '../storage/output-bucket.ts';
import { CachePolicies } from './cache-policies.ts';
import { MediaResponseHeaders } from './response-headers.ts';

export interface EdgeProps {
  /** Where media lies. */
  readonly output: OutputBucket;
  /** The function that answers for playlists. */
  readonly playlists: FunctionUrl;
  /** Keys whose signatures open it; without one of theirs nothing is answered. */
  readonly keyGroup: IKeyGroup;
  /** Origins of web pages that may read media. */
  readonly playerOrigins: readonly string[];
  /** Locations, domain and origin shield. */
  readonly settings: Config['edge'];
}

const PRICE_CLASSES: Readonly<Record<Config['edge']['priceClass'], PriceClass>> = {
  100: PriceClass.PRICE_CLASS_100,
  200: PriceClass.PRICE_CLASS_200,
  all: PriceClass.PRICE_CLASS_ALL,
};

/** Between an error at the origin and the next try: a video becomes playable the moment its objects are published. */
const ERROR_TTL = Duration.seconds(5);

/** Every request of a viewer comes here: playlists are answered by a function, everything else by the output bucket. */
export class Edge extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    const { domain, originShieldRegion, priceClass } = props.settings;
    const policies = new CachePolicies(this, 'Policies');
    const responseHeadersPolicy = new MediaResponseHeaders(this, 'Headers', { playerOrigins: props.playerOrigins });
    const signed = {
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      trustedKeyGroups: [props.keyGroup],
      responseHeadersPolicy,
      cachedMethods: CachedMethods.CACHE_GET_HEAD,
      // Media is compressed already, and the function compresses playlists.
      compress: false,
    };
    const playlists: BehaviorOptions = {
      ...signed,
      origin: FunctionUrlOrigin.withOriginAccessControl(props.playlists),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: policies.playlists,
    };
    const media: BehaviorOptions = {
      ...signed,
      origin: this.#mediaOrigin(props.output, originShieldRegion),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      cachePolicy: policies.media,
      originRequestPolicy: policies.preflight,
      functionAssociations: [{ eventType: FunctionEventType.VIEWER_RESPONSE, function: this.#immutableMedia() }],
    };
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Sluice: signed video',
      defaultBehavior: media,
      additionalBehaviors: { '/v/*.m3u8': playlists, '/v/*.mpd': playlists, '/v/*.vtt': playlists },
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PRICE_CLASSES[priceClass],
      errorResponses: [403, 404].map((httpStatus) => ({ httpStatus, ttl: ERROR_TTL })),
      ...(domain.kind === 'custom' && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    this.#acknowledge(domain.kind);
  }

  /** Not through the bucket's own grants, which would write its policy into the bucket's stack. */
  #mediaOrigin(output: OutputBucket, originShieldRegion: string | undefined) {
    const { originAccessControlId } = new S3OriginAccessControl(this, 'MediaAccess');
    return S3BucketOrigin.withBucketDefaults(output, {
      originAccessControlId,
      ...(originShieldRegion !== undefined && { originShieldRegion }),
    });
  }

  #immutableMedia(): EdgeFunction {
    return new EdgeFunction(this, 'ImmutableMedia', {
      comment: 'Lets browsers keep media',
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'immutable-media.js') }),
      runtime: FunctionRuntime.JS_2_0,
    });
  }

  #acknowledge(domain: Config['edge']['domain']['kind']): void {
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Where a video may be seen is for its owner to say; by default, everywhere.' },
      { id: 'AwsSolutions-CFR2', reason: 'Nothing is answered without a signature, and no request changes anything.' },
      { id: 'AwsSolutions-CFR3', reason: 'Standard logging v2 delivers access logs, outside of the distribution.' },
    );
    if (domain === 'cloudfront') {
      Validations.of(this.distribution).acknowledge({
        id: 'AwsSolutions-CFR4',
        reason: 'The certificate of cloudfront.net comes with a minimum of its own; a custom domain gets TLS 1.2.',
      });
    }
  }
}
