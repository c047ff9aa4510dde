import { Duration } from 'aws-cdk-lib';
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  type ResponseCustomHeader,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';

export interface PageResponseHeadersProps {
  /** URLs besides their own origin to which the pages send requests. */
  readonly connectTo: readonly string[];
}

/**
 * Browser features that the pages do not use.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Permissions-Policy
 */
const UNUSED_FEATURES = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
];

const API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const UNFRAMED = { frameOptions: { frameOption: HeadersFrameOption.DENY, override: true } };

/**
 * Headers of the pages and of the API.
 * https://developer.mozilla.org/docs/Web/Security/Practical_implementation_guides
 */
export class PageResponseHeaders extends Construct {
  /** Headers of pages that no site may frame. */
  readonly pages: ResponseHeadersPolicy;
  /** Headers of the player, which any site may frame. */
  readonly embed: ResponseHeadersPolicy;
  /** Headers of API responses. */
  readonly api: ResponseHeadersPolicy;

  constructor(scope: Construct, id: string, { connectTo }: PageResponseHeadersProps) {
    super(scope, id);
    this.pages = new ResponseHeadersPolicy(this, 'Pages', {
      comment: 'Pages load nothing from other origins, and no site may frame them',
      securityHeadersBehavior: { ...securityHeaders(pagePolicy(connectTo, "'none'")), ...UNFRAMED },
      customHeadersBehavior: { customHeaders: customHeaders('same-origin') },
    });
    this.embed = new ResponseHeadersPolicy(this, 'Embed', {
      comment: 'Any site may frame the player',
      securityHeadersBehavior: securityHeaders(pagePolicy(connectTo, '*')),
      customHeadersBehavior: { customHeaders: customHeaders('cross-origin') },
    });
    this.api = new ResponseHeadersPolicy(this, 'Api', {
      comment: 'Only the pages may read API responses, and nothing may cache them',
      securityHeadersBehavior: { ...securityHeaders(API_POLICY), ...UNFRAMED },
      customHeadersBehavior: {
        customHeaders: [
          ...customHeaders('same-origin'),
          { header: 'Cache-Control', value: 'no-store', override: false },
        ],
      },
    });
  }
}

/**
 * Returns the content security policy of a page. The player plays media from `blob:` URLs, and its controls write styles
 * into their shadow trees.
 * https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
 */
function pagePolicy(connectTo: readonly string[], frameAncestors: string): string {
  const directives = {
    'default-src': "'self'",
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'media-src': "'self' blob:",
    'worker-src': "'self' blob:",
    'connect-src': ["'self'", ...connectTo].join(' '),
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': frameAncestors,
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}

/** Returns security headers. HSTS leaves out subdomains and preloading, since a custom domain may serve other sites. */
function securityHeaders(contentSecurityPolicy: string): ResponseSecurityHeadersBehavior {
  return {
    contentSecurityPolicy: { contentSecurityPolicy, override: true },
    contentTypeOptions: { override: true },
    referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.SAME_ORIGIN, override: true },
    strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: false, override: true },
  };
}

/** @param loadedBy sites whose pages may load the response */
function customHeaders(loadedBy: 'same-origin' | 'cross-origin'): ResponseCustomHeader[] {
  return [
    { header: 'Cross-Origin-Opener-Policy', value: 'same-origin', override: true },
    { header: 'Cross-Origin-Resource-Policy', value: loadedBy, override: true },
    {
      header: 'Permissions-Policy',
      value: UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
      override: true,
    },
  ];
}
