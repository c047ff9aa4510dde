import { createMiddleware } from 'hono/factory';
import { createRoute, type OpenAPIHono, type RouteConfig, type RouteHandler } from '@hono/zod-openapi';
import * as z from 'zod';
import { PROBLEMS, type ProblemCode } from '../contracts/api/problem-codes.ts';
import { problemSchema } from '../contracts/api/problem.ts';
import { type Access, accessProblems, admit, type CallerOf, securityOf } from './access.ts';
import { idempotencyHeaderSchema } from './execute-once.ts';
import { requireKnownParameters } from './known-parameters.ts';
import { PROBLEM_MEDIA_TYPE } from './problems.ts';
import { requireJsonBody } from './require-json-body.ts';
import type { ApiVariables } from './services.ts';

/** A route of the API. Its responses are the successful ones; problems are derived or listed. */
export type OperationConfig = RouteConfig & {
  readonly operationId: string;
  readonly access: Access;
  /** Problems beyond those that follow from access, request and catalog. */
  readonly problems?: readonly ProblemCode[];
  /** Query parameters that may be repeated. @default none */
  readonly repeatable?: readonly string[];
  /**
   * Whether the edge keeps responses to signed-out visitors, to requests without a query. The distribution needs a behavior
   * for the path, and what changes the response must invalidate it. A handler may set `keptAtEdge` to false for one response.
   * @default false
   */
  readonly keptAtEdge?: boolean;
  /** Whether the operation queries the catalog, which may be resuming. @default true unless access is `none` */
  readonly usesCatalog?: boolean;
};

/** An operation of the API, which `operations.ts` lists. */
export interface ApiOperation {
  readonly operationId: string;
  /** Every problem with which the operation may respond. */
  readonly problems: readonly ProblemCode[];
  /** Adds the operation to an app. */
  readonly register: (app: OpenAPIHono<{ Variables: ApiVariables }>) => void;
}

/** Defines an operation: its route, its access control and its description follow from the configuration. */
export function defineOperation<Config extends OperationConfig>(
  config: Config,
  handle: RouteHandler<Config, { Variables: ApiVariables & { readonly user: CallerOf<Config['access']> } }>,
): ApiOperation {
  const { access, problems: _listed, usesCatalog: _usesCatalog, keptAtEdge = false, repeatable = [], ...described } = config;
  const problems = problemsOf(config);
  const route = createRoute({
    ...described,
    security: securityOf(access),
    middleware: [
      keepAtEdge(keptAtEdge),
      admit(access),
      requireKnownParameters({ names: parametersOf(config), repeatable }),
      ...(config.request?.body === undefined ? [] : [requireJsonBody]),
    ],
    responses: { ...config.responses, ...problemResponses(problems) },
  });
  return {
    operationId: config.operationId,
    problems,
    register: (app) => void app.openapiRoutes([{ route, handler: handle }]),
  };
}

/**
 * A response to a request with a query, even an empty one such as `?&`, is never kept: an invalidation would have to name the
 * same query.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
function keepAtEdge(keptAtEdge: boolean) {
  return createMiddleware<{ Variables: ApiVariables }>(async (c, next) => {
    c.set('keptAtEdge', keptAtEdge && !c.req.url.includes('?'));
    await next();
  });
}

/** Problems of requests with a JSON body. */
const BODY_PROBLEMS = ['malformed_json', 'body_too_large', 'unsupported_media_type'] as const;
const KEY_PROBLEMS = ['request_in_progress', 'idempotency_key_reused'] as const;

/** Returns the problems of an operation, in the order of `PROBLEMS`. */
function problemsOf({
  access,
  request,
  problems = [],
  usesCatalog = access !== 'none',
}: OperationConfig): ProblemCode[] {
  const codes = new Set<ProblemCode>([...accessProblems(access), ...problems]);
  const add = (applies: boolean, ...added: readonly ProblemCode[]): void => {
    if (applies) for (const code of added) codes.add(code);
  };
  add(request?.headers === idempotencyHeaderSchema, ...KEY_PROBLEMS);
  add(request?.body !== undefined, ...BODY_PROBLEMS);
  add(usesCatalog, 'catalog_resuming');
  add(codes.size > 0, 'internal_error');
  // Every operation refuses unknown parameters.
  codes.add('invalid_request');
  const order = Object.keys(PROBLEMS);
  return [...codes].toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** Returns the names of an operation's query parameters. */
function parametersOf({ request }: OperationConfig): string[] {
  return request?.query instanceof z.ZodObject ? Object.keys(request.query.shape) : [];
}

function problemResponses(codes: readonly ProblemCode[]) {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, members]) => [
      String(status),
      {
        description: members.map((code) => `\`${code}\`: ${PROBLEMS[code].title.toLowerCase()}`).join('; '),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } },
      },
    ]),
  );
}

/** Describes a JSON response. */
export function jsonResponse<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** Describes a required JSON body with an example. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>) {
  return { required: true, content: { 'application/json': { schema, example } } };
}
