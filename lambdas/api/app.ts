import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { ORIGIN_SECRET_HEADER } from '../contracts/origin-secret.ts';
import { describeApi } from './describe-api.ts';
import { cacheControlOf } from './edge-cache.ts';
import { errorResponse, throwInvalidRequest } from './error-response.ts';
import { knownPaths } from './known-paths.ts';
import { OPERATIONS } from './operations.ts';
import { problemResponse } from './problems.ts';
import type { ApiServices, ApiVariables, GatewayFacts } from './services.ts';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Creates the API.
 *
 * @param readGateway returns the facts of a request, given the bindings that the gateway's adapter provides
 */
export function createApi(services: ApiServices, readGateway: (bindings: unknown) => GatewayFacts) {
  const app = new OpenAPIHono<{ Variables: ApiVariables }>({
    // Replaces Hono's own response to an invalid request, which is not a problem document.
    defaultHook: (result) => {
      if (!result.success) throwInvalidRequest(result.target, result.error);
    },
  });
  let document: ReturnType<typeof describeApi> | undefined;
  const describe = () => (document ??= describeApi(app, services.edgeUrl));
  app.use(handleRequest(services, describe, readGateway));
  app.use(cors({ origin: services.edgeUrl, allowHeaders: ['authorization', 'content-type', 'idempotency-key'] }));
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => problemResponse('body_too_large') }));

  for (const operation of OPERATIONS) operation.register(app);

  const methodsOf = knownPaths(app);
  app.notFound((c) => {
    const methods = methodsOf(c.req.path);
    if (methods.length === 0) return problemResponse('not_found');
    return problemResponse('method_not_allowed', { headers: { allow: methods.join(', ') } });
  });
  app.onError((error, c) =>
    errorResponse(error, services.logger, { requestId: c.var.gateway.requestId, method: c.req.method, path: c.req.path }),
  );
  return app;
}

/** Sets the variables of each request and the headers of each response, and logs both. */
function handleRequest(
  services: ApiServices,
  describe: ApiVariables['describe'],
  readGateway: (bindings: unknown) => GatewayFacts,
) {
  return createMiddleware<{ Variables: ApiVariables }>(async (c, next) => {
    const gateway = readGateway(c.env);
    const { requestId } = gateway;
    const startedMs = services.now().getTime();
    c.set('services', services);
    c.set('gateway', gateway);
    c.set('describe', describe);
    // Before anything else, so that a request to the API's own address costs no more than this response.
    if (!services.isFromEdge(c.req.header(ORIGIN_SECRET_HEADER))) c.res = problemResponse('direct_request');
    else if (isPlainPath(gateway.path ?? new URL(c.req.url).pathname)) await next();
    else c.res = problemResponse('not_found');
    c.res.headers.set('x-request-id', requestId);
    c.res.headers.set('cache-control', cacheControlOf(c));
    // Neither query, headers nor body are logged: they may be confidential.
    const { method, path } = c.req;
    const durationMs = services.now().getTime() - startedMs;
    services.logger.info('request', { requestId, method, path, status: c.res.status, durationMs });
  });
}

/**
 * Returns whether a path consists of names that mean the same encoded and decoded. API Gateway decodes the path, and Hono's
 * adapter puts it into a URL as it is: a question mark would begin the query, a number sign the fragment, and two dots lead
 * to another operation. Ids are the only parameters in paths.
 */
function isPlainPath(path: string): boolean {
  return /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(path);
}
