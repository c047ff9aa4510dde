import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

export interface MediaResponseHeadersProps {
  /** Origins of web pages that may read media and playlists. */
  readonly playerOrigins: readonly string[];
}

/**
 * Headers of media and playlists: players on other sites may read them, without credentials, since only the signature in
 * the URL counts; and no page sends that URL as a referrer.
 */
export class MediaResponseHeaders extends ResponseHeadersPolicy {
  constructor(scope: Construct, id: string, props: MediaResponseHeadersProps) {
    super(scope, id, {
      corsBehavior: {
        accessControlAllowCredentials: false,
        // Players send CMCD, trace and authorization headers. The wildcard covers all but the last:
        // https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
        accessControlAllowHeaders: ['*', 'Authorization'],
        accessControlAllowMethods: ['GET', 'HEAD', 'OPTIONS'],
        accessControlAllowOrigins: [...props.playerOrigins],
        accessControlExposeHeaders: ['Content-Length', 'Content-Range', 'ETag'],
        accessControlMaxAge: Duration.days(1),
        originOverride: true,
      },
      securityHeadersBehavior: {
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
      },
    });
  }
}
