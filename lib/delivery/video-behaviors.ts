import { join } from 'node:path';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachedMethods,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  type IKeyGroup,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { FunctionUrl } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { OutputBucket } from '../storage/output-bucket.ts';
import type { CachePolicies } from './cache-policies.ts';
import { MediaResponseHeaders } from './media-response-headers.ts';
import { NO_SHIELD, OriginShield, ShieldedOrigin } from './origin-shield.ts';

export interface VideoBehaviorsProps {
  /** Bucket that holds media. */
  readonly output: OutputBucket;
  /** URL of the function that serves playlists. */
  readonly playlists: FunctionUrl;
  /** URL of the function that packages segments just in time. */
  readonly packager: FunctionUrl;
  /** Keys whose signatures are accepted; requests without one are refused. */
  readonly keyGroup: IKeyGroup;
  /** Origins of web pages that may read media. */
  readonly playerOrigins: readonly string[];
  readonly policies: CachePolicies;
  /** Region of an origin shield; `none` for none. @default none for the bucket, the nearest one for the packager */
  readonly originShieldRegion?: string | undefined;
}

/** Behaviors for signed videos: functions serve playlists and packaged segments, the output bucket everything else. */
export class VideoBehaviors extends Construct {
  readonly playlists: BehaviorOptions;
  readonly packaged: BehaviorOptions;
  readonly media: BehaviorOptions;

  constructor(scope: Construct, id: string, props: VideoBehaviorsProps) {
    super(scope, id);
    const { policies } = props;
    const signed = {
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      trustedKeyGroups: [props.keyGroup],
      responseHeadersPolicy: new MediaResponseHeaders(this, 'Headers', { playerOrigins: props.playerOrigins }),
      // A player on another site sends a preflight for headers such as those of CMCD. It repeats the signed query.
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      cachedMethods: CachedMethods.CACHE_GET_HEAD,
      // Media is already compressed, and the function compresses playlists.
      compress: false,
    };
    this.playlists = {
      ...signed,
      origin: FunctionUrlOrigin.withOriginAccessControl(props.playlists),
      cachePolicy: policies.playlists,
    };
    const functionAssociations = [{ eventType: FunctionEventType.VIEWER_RESPONSE, function: this.#immutableMedia() }];
    const shield = new OriginShield(this, 'PackagerShield', props.originShieldRegion);
    this.packaged = {
      ...signed,
      origin: new ShieldedOrigin(FunctionUrlOrigin.withOriginAccessControl(props.packager), shield),
      cachePolicy: policies.packaged,
      functionAssociations,
    };
    this.media = {
      ...signed,
      origin: this.#mediaOrigin(props.output, props.originShieldRegion),
      cachePolicy: policies.media,
      originRequestPolicy: policies.preflight,
      functionAssociations,
    };
  }

  /** Avoids the bucket's own grants, which would write its policy into the bucket's stack. */
  #mediaOrigin(output: OutputBucket, originShieldRegion: string | undefined) {
    const { originAccessControlId } = new S3OriginAccessControl(this, 'MediaAccess');
    return S3BucketOrigin.withBucketDefaults(output, {
      originAccessControlId,
      ...(originShieldRegion !== undefined && originShieldRegion !== NO_SHIELD && { originShieldRegion }),
    });
  }

  #immutableMedia(): EdgeFunction {
    return new EdgeFunction(this, 'ImmutableMedia', {
      comment: 'Lets browsers cache media',
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'immutable-media.js') }),
      runtime: FunctionRuntime.JS_2_0,
    });
  }
}
