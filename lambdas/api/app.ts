import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { answerError, refuseInvalid } from './error-response.ts';
import { changeRoutes } from './operations/list-changes.ts';
import { knownPaths } from './known-paths.ts';
import { describeApi, descriptionRoutes } from './describe-api.ts';
import { problemResponse } from './problems.ts';
import { retryRoutes } from './operations/retry-video.ts';
import type { ApiServices, ApiVariables } from './services.ts';
import { sessionRoutes } from './operations/get-session.ts';
import { uploadRoutes } from './operations/get-upload.ts';
import { videoRoutes } from './operations/list-videos.ts';
import { watchRoutes } from './operations/get-playback.ts';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * The API.
 *
 * @param requestIdOf names a request in the logs and in its answer
 */
export function createApi(services: ApiServices, requestIdOf: (env: unknown) => string) {
  const app = new OpenAPIHono<{ Variables: ApiVariables }>({
    // Hono's own answer to a wrong request would be in a form of its own.
    defaultHook: (result) => {
      if (!result.success) refuseInvalid(result.target, result.error);
    },
  });
  app.use(carry(services, requestIdOf));
  app.use(cors({ origin: services.edgeUrl, allowHeaders: ['authorization', 'content-type', 'idempotency-key'] }));
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => problemResponse('body_too_large') }));

  const describe = () => describeApi(app, services.edgeUrl);
  for (const routes of [
    descriptionRoutes(describe),
    sessionRoutes(),
    videoRoutes(),
    watchRoutes(),
    retryRoutes(),
    uploadRoutes(),
    changeRoutes(),
  ]) {
    app.route('/', routes);
  }

  const methodsOf = knownPaths(app);
  app.notFound((c) => {
    const methods = methodsOf(c.req.path);
    if (methods.length === 0) return problemResponse('not_found');
    return problemResponse('method_not_allowed', { headers: { allow: methods.join(', ') } });
  });
  app.onError((error, c) =>
    answerError(error, services.logger, { requestId: c.var.requestId, method: c.req.method, path: c.req.path }),
  );
  return app;
}

/** Gives each request what it works with, and each answer the headers that all have. */
function carry(services: ApiServices, requestIdOf: (env: unknown) => string) {
  return createMiddleware<{ Variables: ApiVariables }>(async (c, next) => {
    const requestId = requestIdOf(c.env);
    const startedMs = services.now().getTime();
    c.set('services', services);
    c.set('requestId', requestId);
    await next();
    c.res.headers.set('x-request-id', requestId);
    // What one person may see is not for another, nor for later.
    c.res.headers.set('cache-control', 'no-store');
    // Neither query nor body: they may hold what is nobody else's business.
    const { method, path } = c.req;
    const durationMs = services.now().getTime() - startedMs;
    services.logger.info('request', { requestId, method, path, status: c.res.status, durationMs });
  });
}
