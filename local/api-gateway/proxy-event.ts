import { ACCOUNT_ID } from '../cloud/account.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { buildPayloadEvent } from '../http/payload-event.ts';
import type { ChosenRoute } from './choose-route.ts';
import type { HttpApi, Stage } from './http-api.ts';

/** Request on its way to a function. */
interface ProxiedRequest extends Omit<HttpRequest, 'rawPath'> {
  /** Decoded path. */
  readonly path: string;
  readonly body: Buffer;
  readonly requestId: string;
  readonly time: Date;
}

/** Media types passed as text; unlike function URLs, HTTP APIs encode forms in Base64. */
const TEXT = /^(?:text\/|application\/(?:json|xml|javascript|[\w.-]+\+(?:json|xml))\b)/i;

/**
 * Builds the event that a function receives from an HTTP API. Unlike a function URL, an HTTP API decodes the path.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function buildProxyEvent(
  api: HttpApi,
  stage: Stage,
  { route, pathParameters }: ChosenRoute,
  { headers: { cookie = '', ...headers }, ...request }: ProxiedRequest,
): Readonly<Record<string, unknown>> {
  const forwardedFor = [headers['x-forwarded-for'], request.sourceIp].filter((address) => address !== undefined);
  return buildPayloadEvent({
    ...request,
    accountId: ACCOUNT_ID,
    apiId: api.id,
    domainName: api.domainName,
    routeKey: route.key,
    stage: stage.name,
    stageVariables: stage.variables,
    pathParameters,
    headers: {
      ...headers,
      'content-length': String(request.body.length),
      host: api.domainName,
      'x-forwarded-for': forwardedFor.join(', '),
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    cookies: cookie
      .split(';')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
    textTypes: TEXT,
  });
}
