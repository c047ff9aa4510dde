import type { CachePolicy, OriginRequestPolicy } from './request-policy.ts';
import { joinHeader, type QueryPair, type ViewerRequest } from './viewer-request.ts';

/** Parts of a request that identify a cached object; all of them are forwarded to the origin. */
export interface KeyParts {
  readonly query: readonly QueryPair[];
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly (readonly [name: string, value: string])[];
}

export function selectKeyParts(
  request: ViewerRequest,
  { ParametersInCacheKeyAndForwardedToOrigin: policy }: CachePolicy,
): KeyParts {
  const { QueryStringsConfig: query, CookiesConfig: cookies, HeadersConfig: headers } = policy;
  const encoding = normalizeEncoding(request, policy.EnableAcceptEncodingGzip, policy.EnableAcceptEncodingBrotli);
  return {
    query: select(request.query, query.QueryStringBehavior, query.QueryStrings),
    cookies: select(request.cookies, cookies.CookieBehavior, cookies.Cookies),
    headers: {
      ...pickHeaders(request, headers.Headers),
      ...(encoding !== '' && { 'accept-encoding': encoding }),
    },
  };
}

/** Returns the key of a cached object, which GET and HEAD share. */
export function computeCacheKey(request: ViewerRequest, distributionId: string, parts: KeyParts): string {
  return JSON.stringify([distributionId, request.method === 'OPTIONS' ? 'OPTIONS' : 'GET', request.path, parts]);
}

/** Returns the parts that are forwarded to the origin: those of the cache key and of the origin request policy. */
export function selectForwardedParts(request: ViewerRequest, parts: KeyParts, policy?: OriginRequestPolicy): KeyParts {
  if (policy === undefined) return parts;
  const { QueryStringsConfig: query, CookiesConfig: cookies, HeadersConfig: headers } = policy;
  const more = select(request.query, query.QueryStringBehavior, query.QueryStrings);
  const moreCookies = select(request.cookies, cookies.CookieBehavior, cookies.Cookies);
  return {
    query: request.query.filter((pair) => more.includes(pair) || parts.query.includes(pair)),
    cookies: request.cookies.filter((cookie) => moreCookies.includes(cookie) || parts.cookies.includes(cookie)),
    headers: { ...selectHeaders(request, headers), ...parts.headers },
  };
}

type Selection = 'none' | 'whitelist' | 'allExcept' | 'all';

function select<Pair extends readonly [string, string?]>(
  pairs: readonly Pair[],
  selection: Selection,
  names: readonly string[],
): readonly Pair[] {
  if (selection === 'all') return pairs;
  if (selection === 'none') return [];
  return pairs.filter(([name]) => names.includes(name) === (selection === 'whitelist'));
}

function selectHeaders(
  request: ViewerRequest,
  { HeaderBehavior: selection, Headers: names }: OriginRequestPolicy['HeadersConfig'],
) {
  if (selection === 'none') return {};
  if (selection === 'whitelist') return pickHeaders(request, names);
  const excluded = selection === 'allExcept' ? names.map((name) => name.toLowerCase()) : [];
  return pickHeaders(
    request,
    [...request.headers.keys()].filter((name) => !excluded.includes(name)),
  );
}

function pickHeaders(request: ViewerRequest, names: readonly string[]): Record<string, string> {
  const entries = names.map((name) => [name.toLowerCase(), joinHeader(request, name.toLowerCase())] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html#cache-policy-compressed-objects */
function normalizeEncoding(request: ViewerRequest, gzip: boolean, brotli: boolean): string {
  const accepted = joinHeader(request, 'accept-encoding')?.toLowerCase() ?? '';
  const accepts = (coding: string) =>
    new RegExp(`(?:^|[,\\s])${coding}(?!\\s*;\\s*q=0(?:\\.0*)?(?:[,\\s]|$))(?:[;,\\s]|$)`).test(accepted);
  return [brotli && accepts('br') && 'br', gzip && accepts('gzip') && 'gzip'].filter(Boolean).join(',');
}
