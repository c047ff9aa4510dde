import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { describeApi } from './describe-api.ts';
import { errorResponse, throwInvalidRequest } from './error-response.ts';
import { knownPaths } from './known-paths.ts';
import { OPERATIONS } from './operations.ts';
import { problemResponse } from './problems.ts';
import type { ApiServices, ApiVariables } from './services.ts';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Creates the API.
 *
 * @param requestIdOf returns the id of a request, for the logs and the response
 */
export function createApi(services: ApiServices, requestIdOf: (env: unknown) => string) {
  const app = new OpenAPIHono<{ Variables: ApiVariables }>({
    // Replaces Hono's own response to an invalid request, which is not a problem document.
    defaultHook: (result) => {
      if (!result.success) throwInvalidRequest(result.target, result.error);
    },
  });
  let document: ReturnType<typeof describeApi> | undefined;
  const describe = () => (document ??= describeApi(app, services.edgeUrl));
  app.use(handleRequest(services, describe, requestIdOf));
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
    errorResponse(error, services.logger, { requestId: c.var.requestId, method: c.req.method, path: c.req.path }),
  );
  return app;
}

/** Sets the variables of each request and the headers of each response, and logs both. */
function handleRequest(
  services: ApiServices,
  describe: ApiVariables['describe'],
  requestIdOf: (env: unknown) => string,
) {
  return createMiddleware<{ Variables: ApiVariables }>(async (c, next) => {
    const requestId = requestIdOf(c.env);
    const startedMs = services.now().getTime();
    c.set('services', services);
    c.set('requestId', requestId);
    c.set('describe', describe);
    await next();
    c.res.headers.set('x-request-id', requestId);
    // Responses depend on the user and on the time.
    c.res.headers.set('cache-control', 'no-store');
    // Neither query nor body is logged: they may be confidential.
    const { method, path } = c.req;
    const durationMs = services.now().getTime() - startedMs;
    services.logger.info('request', { requestId, method, path, status: c.res.status, durationMs });
  });
}
