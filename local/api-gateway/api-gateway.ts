import { randomBytes } from 'node:crypto';
import { ApiError } from '../aws-api/api-error.ts';
import { REGION, regionalArn, URL_SUFFIX } from '../cloud/account.ts';
import type { HttpResponse, StreamedHttpRequest } from '../http/http-message.ts';
import { readBounded } from '../http/read-bounded.ts';
import type { Sender } from '../cloud/directory.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { chooseRoute, type ChosenRoute } from './choose-route.ts';
import type { HttpApi, Integration, Stage } from './http-api.ts';
import { makeGatewayResponse, readProxyResponse } from './proxy-response.ts';
import { buildProxyEvent } from './proxy-event.ts';
import { TokenBucket } from './token-bucket.ts';

interface ApiGatewayOptions {
  readonly lambda: Pick<Lambda, 'getByName' | 'invoke'>;
  /** Returns why an API may not invoke a function; undefined if it may. @default every API may */
  readonly findDenial?: (functionArn: string, sender: Sender) => Promise<string | undefined>;
  /** Called with the cause of a 500 or 503, which AWS reports only in the access log. */
  readonly onFailure: (what: string, error: unknown) => void;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** HTTP APIs of the template, each with its own domain name. */
export class ApiGateway {
  readonly #options: ApiGatewayOptions;
  readonly #apis = new Map<string, HttpApi>();
  readonly #buckets = new Map<Stage, TokenBucket>();

  constructor(options: ApiGatewayOptions) {
    this.#options = options;
  }

  /** Adds an API, or returns the one of this id. @param id first label of the domain name */
  addApi(id: string): HttpApi {
    const known = this.#apis.get(id);
    if (known !== undefined) return known;
    const domainName = `${id}.execute-api.${REGION}.${URL_SUFFIX}`;
    const getApi: HttpApi = { id, domainName, routes: [], integrations: new Map(), stage: undefined };
    this.#apis.set(id, getApi);
    return getApi;
  }

  removeApi(id: string): void {
    this.#apis.delete(id);
  }

  /** Returns an API by its id. @throws Error if the API does not exist */
  api(id: string): HttpApi {
    const api = this.#apis.get(id);
    if (api === undefined) throw new Error(`HTTP API '${id}' does not exist.`);
    return api;
  }

  findByDomainName(domainName: string): HttpApi | undefined {
    return [...this.#apis.values()].find((api) => api.domainName === domainName);
  }

  /** Handles a request; errors of the caller or the function become error responses. */
  async handle(api: HttpApi, request: StreamedHttpRequest): Promise<HttpResponse> {
    const requestId = randomBytes(11).toString('base64');
    const { headers, ...response } = await this.#respond(api, request, requestId);
    return { ...response, headers: { ...headers, 'apigw-requestid': requestId } };
  }

  async #respond(
    api: HttpApi,
    { rawPath, body, ...request }: StreamedHttpRequest,
    requestId: string,
  ): Promise<HttpResponse> {
    const { stage } = api;
    const path = decodePath(rawPath);
    if (stage === undefined) return makeGatewayResponse(404, 'Not Found');
    if (path === undefined) return makeGatewayResponse(400, 'Bad Request');
    const time = this.#now();
    if (!this.#takeToken(stage, time)) return makeGatewayResponse(429, 'Too Many Requests');
    const chosen = chooseRoute(api.routes, request.method, path);
    const integration = chosen && api.integrations.get(chosen.route.integrationId);
    if (chosen === undefined || integration === undefined) return makeGatewayResponse(404, 'Not Found');
    const bytes = await readBounded(body, MAX_PAYLOAD_BYTES);
    if (bytes === undefined) return makeGatewayResponse(413, 'Request Entity Too Large');
    const denial = await this.#findDenial(api, stage, chosen, request.method, integration);
    if (denial !== undefined) {
      this.#options.onFailure(`${api.id} may not invoke its function for ${chosen.route.key}`, new Error(denial));
      return makeGatewayResponse(500, 'Internal Server Error');
    }
    const event = buildProxyEvent(api, stage, chosen, { ...request, path, body: bytes, requestId, time });
    return this.#invoke(integration, JSON.stringify(event));
  }

  async #invoke({ functionArn, timeoutMs }: Integration, payload: string): Promise<HttpResponse> {
    const { promise: timedOut, resolve } = Promise.withResolvers<'timed out'>();
    const timer = setTimeout(() => resolve('timed out'), timeoutMs);
    try {
      const invoked = this.#options.lambda.invoke(functionArn, payload);
      invoked.catch(() => undefined);
      const outcome = await Promise.race([invoked, timedOut]);
      if (outcome === 'timed out') return makeGatewayResponse(503, 'Service Unavailable');
      const response = outcome.error === undefined ? readProxyResponse(outcome.payload) : undefined;
      if (response !== undefined) return response;
      this.#options.onFailure(functionArn, outcome.error ?? new Error('the function did not return an HTTP response'));
      return makeGatewayResponse(500, 'Internal Server Error');
    } catch (error) {
      if (error instanceof ApiError && error.status === 413)
        return makeGatewayResponse(413, 'Request Entity Too Large');
      this.#options.onFailure(functionArn, error);
      return makeGatewayResponse(503, 'Service Unavailable');
    } finally {
      clearTimeout(timer);
    }
  }

  #takeToken(stage: Stage, now: Date): boolean {
    if (stage.throttle === undefined) return true;
    const bucket = this.#buckets.get(stage) ?? new TokenBucket(stage.throttle);
    this.#buckets.set(stage, bucket);
    return bucket.take(now);
  }

  /**
   * Returns why the policy of a function does not let a route invoke it.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
   */
  async #findDenial(
    api: HttpApi,
    stage: Stage,
    { route }: ChosenRoute,
    method: string,
    { functionArn }: Integration,
  ): Promise<string | undefined> {
    const [, path = ''] = route.key.split(' ');
    const suffix = path === '' ? route.key : `${method}${path}`;
    const sourceArn = regionalArn('execute-api', `${api.id}/${stage.name}/${suffix}`);
    const { arn } = this.#options.lambda.getByName(functionArn).configuration;
    return this.#options.findDenial?.(arn, { service: 'apigateway.amazonaws.com', sourceArn });
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

/**
 * Decodes a path, up to a decoded question mark: neither the route nor the function sees the rest. AWS does not document it;
 * captures of live requests do: https://github.com/middleapi/standard-server/pull/93
 */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path).split('?', 1)[0];
  } catch {
    return undefined;
  }
}
