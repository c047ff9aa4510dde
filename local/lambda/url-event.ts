import { REGION } from '../cloud/account.ts';

/** An HTTP request on its way to a function. */
export interface UrlRequest {
  readonly method: string;
  /** Percent-encoded, with its leading slash. */
  readonly rawPath: string;
  /** Percent-encoded, without the question mark. */
  readonly rawQueryString: string;
  /** By lower-case name; several values of one header joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** `name=value` each. */
  readonly cookies?: readonly string[];
  readonly body?: Buffer;
  readonly sourceIp?: string;
}

const TEXT =
  /^(?:text\/|application\/(?:json|xml|javascript|x-www-form-urlencoded)|application\/[\w.-]+\+(?:json|xml))/;

/**
 * The event that a function sees of a request to its URL.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function urlEvent(
  request: UrlRequest,
  domainName: string,
  requestId: string,
): Readonly<Record<string, unknown>> {
  const { method, rawPath, rawQueryString, headers, cookies = [], body, sourceIp = '127.0.0.1' } = request;
  const now = new Date();
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = query.get(name);
    query.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  const isText = TEXT.test(headers['content-type'] ?? '');
  const apiId = domainName.split('.')[0];
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: { ...headers, host: domainName },
    ...(query.size > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: 'anonymous',
      apiId,
      domainName,
      domainPrefix: apiId,
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: accessLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body && body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body !== undefined && body.length > 0 && !isText,
  };
}

/** `12/Mar/2020:19:03:58 +0000` */
function accessLogTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** The domain of a function's URL, of which only the id tells it apart. */
export function urlDomainName(urlId: string): string {
  return `${urlId}.lambda-url.${REGION}.on.aws`;
}
