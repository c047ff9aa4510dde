import { ACCOUNT_ID } from '../cloud/account.ts';
import type { ChosenRoute } from './choose-route.ts';
import type { HttpApi, HttpRequest, Stage } from './http-api.ts';

/** A request on its way to a function. */
export interface ProxiedRequest extends Omit<HttpRequest, 'rawPath'> {
  /** Decoded. */
  readonly path: string;
  readonly body: Buffer;
  readonly requestId: string;
  readonly time: Date;
}

/** Handed to a function as text; anything else in Base64, forms too. */
const TEXT = /^(?:text\/|application\/(?:json|xml|javascript|[\w.-]+\+(?:json|xml))\b)/i;

/**
 * The event of payload format 2.0, as a function sees a request to an HTTP API. Unlike a function URL, an HTTP API
 * hands the path on decoded.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function proxyEvent(
  api: HttpApi,
  stage: Stage,
  { route, pathParameters }: ChosenRoute,
  request: ProxiedRequest,
): Readonly<Record<string, unknown>> {
  const { method, path, rawQueryString, body, sourceIp, requestId, time } = request;
  const { cookie, ...headers } = request.headers;
  const cookies = (cookie ?? '')
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const query = queryOf(rawQueryString);
  const isText = TEXT.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...headers,
      'content-length': String(body.length),
      host: api.domainName,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter((address) => address !== undefined).join(', '),
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(query.size > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: api.id,
      domainName: api.domainName,
      domainPrefix: api.id,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey: route.key,
      stage: stage.name,
      time: accessLogTime(time),
      timeEpoch: time.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Values of a repeated parameter joined by commas. */
function queryOf(rawQueryString: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = query.get(name);
    query.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return query;
}

/** `12/Mar/2020:19:03:58 +0000` */
function accessLogTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}
