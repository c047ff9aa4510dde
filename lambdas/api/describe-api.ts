import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { json } from './operation.ts';
import { SECURITY_SCHEMES } from './security.ts';
import type { ApiVariables } from './services.ts';

/** @returns the description of every route that the app has */
export function describeApi(app: OpenAPIHono<{ Variables: ApiVariables }>, edgeUrl: string) {
  const description = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: '1',
      description:
        'Videos in your own AWS account: upload, watch and manage them. Errors are problem documents (RFC 9457) with ' +
        'a stable `code`. Every answer carries `x-request-id`.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: edgeUrl }],
    tags: [
      { name: 'Session', description: 'Who asks' },
      { name: 'Videos', description: 'What there is to watch, and how far it has come' },
      { name: 'Uploads', description: 'How a file gets into the bucket' },
      { name: 'Description' },
    ],
  });
  return { ...description, components: { ...description.components, securitySchemes: SECURITY_SCHEMES } };
}

const getDescription = createRoute({
  method: 'get',
  path: '/api/openapi.json',
  operationId: 'getDescription',
  summary: 'This description',
  tags: ['Description'],
  security: [],
  responses: { 200: json('OpenAPI 3.1', z.looseObject({ openapi: z.string() })) },
});

/** @param describe is asked once, when somebody first wants to know */
export function descriptionRoutes(describe: () => ReturnType<typeof describeApi>) {
  let description: ReturnType<typeof describeApi> | undefined;
  return new OpenAPIHono<{ Variables: ApiVariables }>().openapi(getDescription, (c) => {
    description ??= describe();
    return c.json({ ...description }, 200);
  });
}
