import { REGION } from '../cloud/account.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { buildPayloadEvent } from '../http/payload-event.ts';

/** HTTP request to a function URL. */
export interface UrlRequest extends Omit<HttpRequest, 'sourceIp'> {
  /** `name=value` of each cookie. */
  readonly cookies?: readonly string[];
  readonly body?: Buffer;
  readonly sourceIp?: string;
}

const TEXT =
  /^(?:text\/|application\/(?:json|xml|javascript|x-www-form-urlencoded)|application\/[\w.-]+\+(?:json|xml))/;

/**
 * Builds the event that a function receives for a request to its URL.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function buildUrlEvent(
  { rawPath, headers, cookies = [], body = Buffer.alloc(0), sourceIp = '127.0.0.1', ...request }: UrlRequest,
  domainName: string,
  requestId: string,
): Readonly<Record<string, unknown>> {
  return buildPayloadEvent({
    ...request,
    accountId: 'anonymous',
    apiId: domainName.split('.', 1)[0] ?? '',
    domainName,
    routeKey: '$default',
    stage: '$default',
    path: rawPath,
    headers: { ...headers, host: domainName },
    cookies,
    body,
    textTypes: TEXT,
    sourceIp,
    requestId,
    time: new Date(),
  });
}

/** Returns the domain name of a function URL. */
export function makeUrlDomainName(urlId: string): string {
  return `${urlId}.lambda-url.${REGION}.on.aws`;
}
