import * as z from 'zod';
import { joinHeader, type ViewerRequest } from './viewer-request.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-responseheaderspolicyconfig.html */

const items = z.object({ Items: z.array(z.string()) });
const Override = z.boolean();

export const responseHeadersPolicySchema = z.object({
  SecurityHeadersConfig: z
    .strictObject({
      ContentTypeOptions: z.object({ Override }).optional(),
      FrameOptions: z.object({ FrameOption: z.string(), Override }).optional(),
      ReferrerPolicy: z.object({ ReferrerPolicy: z.string(), Override }).optional(),
      ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.string(), Override }).optional(),
      StrictTransportSecurity: z
        .object({
          AccessControlMaxAgeSec: z.coerce.number(),
          IncludeSubdomains: z.boolean().default(false),
          Preload: z.boolean().default(false),
          Override,
        })
        .optional(),
      XSSProtection: z.object({ Protection: z.boolean(), ModeBlock: z.boolean().default(false), Override }).optional(),
    })
    .default({}),
  CorsConfig: z
    .object({
      AccessControlAllowOrigins: items,
      AccessControlAllowHeaders: items,
      AccessControlAllowMethods: items,
      AccessControlAllowCredentials: z.boolean(),
      AccessControlExposeHeaders: items.optional(),
      AccessControlMaxAgeSec: z.coerce.number().optional(),
      OriginOverride: z.boolean(),
    })
    .optional(),
  CustomHeadersConfig: z
    .object({ Items: z.array(z.object({ Header: z.string(), Value: z.string(), Override })) })
    .default({ Items: [] }),
  RemoveHeadersConfig: z.object({ Items: z.array(z.object({ Header: z.string() })) }).default({ Items: [] }),
});
export type ResponseHeadersPolicy = z.infer<typeof responseHeadersPolicySchema>;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
export const MANAGED_RESPONSE_HEADERS_POLICIES: Readonly<Record<string, ResponseHeadersPolicy>> = {
  /** SecurityHeadersPolicy */
  '67f7725c-6f97-4210-82d7-5512b31e9d03': responseHeadersPolicySchema.parse({
    SecurityHeadersConfig: {
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'SAMEORIGIN', Override: false },
      ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: false },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: false },
      XSSProtection: { Protection: true, ModeBlock: true, Override: false },
    },
  }),
};

type Headers = Readonly<Record<string, string>>;

/** Removes and adds headers as the policy says; names are in lower case. */
export function applyResponseHeaders(policy: ResponseHeadersPolicy, request: ViewerRequest, headers: Headers): Headers {
  const result: Record<string, string> = { ...headers };
  const origin = joinHeader(request, 'origin');
  if (policy.CorsConfig !== undefined && origin !== undefined) {
    const own = policyCorsHeaders(policy.CorsConfig, request, origin);
    const fromOrigin = Object.keys(result).some((name) => name.startsWith('access-control-'));
    if (policy.CorsConfig.OriginOverride || !fromOrigin) Object.assign(result, own);
  }
  for (const { name, value, override } of securityHeaders(policy.SecurityHeadersConfig)) {
    if (override || result[name] === undefined) result[name] = value;
  }
  for (const { Header: header } of policy.RemoveHeadersConfig.Items) delete result[header.toLowerCase()];
  for (const { Header: header, Value: value, Override: override } of policy.CustomHeadersConfig.Items) {
    const name = header.toLowerCase();
    if (override || result[name] === undefined) result[name] = value;
  }
  return result;
}

function policyCorsHeaders(
  cors: NonNullable<ResponseHeadersPolicy['CorsConfig']>,
  request: ViewerRequest,
  origin: string,
): Headers {
  const origins = cors.AccessControlAllowOrigins.Items;
  const allowsAnyOrigin = origins.includes('*');
  if (!allowsAnyOrigin && !origins.some((allowed) => matchesOrigin(allowed, origin))) return {};
  const preflight = request.method === 'OPTIONS' && joinHeader(request, 'access-control-request-method') !== undefined;
  const exposed = cors.AccessControlExposeHeaders?.Items ?? [];
  const methods = cors.AccessControlAllowMethods.Items;
  const maxAge = cors.AccessControlMaxAgeSec;
  return {
    'access-control-allow-origin': allowsAnyOrigin ? '*' : origin,
    ...(!allowsAnyOrigin && { vary: 'Origin' }),
    ...(cors.AccessControlAllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(!preflight && exposed.length > 0 && { 'access-control-expose-headers': exposed.join(', ') }),
    ...(preflight && {
      'access-control-allow-headers': cors.AccessControlAllowHeaders.Items.join(', '),
      'access-control-allow-methods': (methods.includes('ALL') ? ALL_METHODS : methods).join(', '),
      ...(maxAge !== undefined && { 'access-control-max-age': String(maxAge) }),
    }),
  };
}

const ALL_METHODS = ['GET', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Matches an origin; `*` stands for one label, and a pattern without a scheme matches both schemes. */
function matchesOrigin(allowed: string, origin: string): boolean {
  const pattern = allowed.replace(/[.+?^${}()|[\]\\/]/g, '\\$&').replaceAll('*', '[^./:]+');
  return new RegExp(`^${allowed.includes('://') ? '' : 'https?://'}${pattern}$`).test(origin);
}

function* securityHeaders(config: ResponseHeadersPolicy['SecurityHeadersConfig']) {
  const {
    ContentTypeOptions: type,
    FrameOptions: frame,
    ReferrerPolicy: referrer,
    ContentSecurityPolicy: csp,
  } = config;
  const { StrictTransportSecurity: transport, XSSProtection: xss } = config;
  if (type) yield { name: 'x-content-type-options', value: 'nosniff', override: type.Override };
  if (frame) yield { name: 'x-frame-options', value: frame.FrameOption, override: frame.Override };
  if (referrer) yield { name: 'referrer-policy', value: referrer.ReferrerPolicy, override: referrer.Override };
  if (csp) yield { name: 'content-security-policy', value: csp.ContentSecurityPolicy, override: csp.Override };
  if (transport) {
    const flags = `${transport.IncludeSubdomains ? '; includeSubDomains' : ''}${transport.Preload ? '; preload' : ''}`;
    const value = `max-age=${transport.AccessControlMaxAgeSec}${flags}`;
    yield { name: 'strict-transport-security', value, override: transport.Override };
  }
  if (xss) {
    const value = xss.Protection ? `1${xss.ModeBlock ? '; mode=block' : ''}` : '0';
    yield { name: 'x-xss-protection', value, override: xss.Override };
  }
}
