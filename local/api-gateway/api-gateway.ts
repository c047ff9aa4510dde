import { randomBytes } from 'node:crypto';
import { ApiError } from '../aws-api/api-error.ts';
import { REGION, regionalArn, URL_SUFFIX } from '../cloud/account.ts';
import { matchesWildcard } from '../cloud/wildcard.ts';
import type { HttpResponse, StreamedHttpRequest } from '../http/http-message.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { readBounded } from '../http/read-bounded.ts';
import { chooseRoute, type ChosenRoute } from './choose-route.ts';
import type { HttpApi, Integration, Stage } from './http-api.ts';
import { makeGatewayResponse, readProxyResponse } from './proxy-response.ts';
import { buildProxyEvent } from './proxy-event.ts';
import { TokenBucket } from './token-bucket.ts';

interface ApiGatewayOptions {
  readonly lambda: Pick<Lambda, 'getByName' | 'invoke'>;
  /** Called with the cause of a 500 or 503, which AWS reports only in the access log. */
  readonly onFailure: (what: string, error: unknown) => void;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;
const PRINCIPAL = 'apigateway.amazonaws.com';

/** HTTP APIs of the template, each with its own domain name. */
export class ApiGateway {
  readonly #options: ApiGatewayOptions;
  readonly #apis = new Map<string, HttpApi>();
  readonly #buckets = new Map<Stage, TokenBucket>();

  constructor(options: ApiGatewayOptions) {
    this.#options = options;
  }

  /** Adds an API. @param id first label of the domain name */
  addApi(id: string): HttpApi {
    const domainName = `${id}.execute-api.${REGION}.${URL_SUFFIX}`;
    const getApi: HttpApi = { id, domainName, routes: [], integrations: new Map(), stage: undefined };
    this.#apis.set(id, getApi);
    return getApi;
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
    if (!this.#isAllowed(api, stage, chosen, request.method, integration)) {
      const what = `${api.id} may not invoke ${integration.functionArn} for ${chosen.route.key}`;
      this.#options.onFailure(what, new Error('no AWS::Lambda::Permission allows it'));
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

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-using-iam-policies-to-invoke-api.html */
  #isAllowed(api: HttpApi, stage: Stage, { route }: ChosenRoute, method: string, integration: Integration): boolean {
    const [, path = ''] = route.key.split(' ');
    const suffix = path === '' ? route.key : `${method}${path}`;
    const sourceArn = regionalArn('execute-api', `${api.id}/${stage.name}/${suffix}`);
    return this.#options.lambda.getByName(integration.functionArn).permissions.some(
      ({ Action, Principal, SourceArn = '*' }) =>
        Principal === PRINCIPAL && Action === 'lambda:InvokeFunction' && matchesWildcard(SourceArn, sourceArn),
    );
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
