import type { OpenAPIHono } from '@hono/zod-openapi';
import { SECURITY_SCHEMES } from './access.ts';
import type { ApiVariables } from './services.ts';

/** Returns the OpenAPI document of all operations of an app. */
export function describeApi(app: OpenAPIHono<{ Variables: ApiVariables }>, edgeUrl: string) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: '1',
      description:
        'HTTP API for videos and uploads in your own AWS account. Errors are problem documents (RFC 9457) with a ' +
        'stable `code`. Every response carries `x-request-id`.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: edgeUrl }],
    tags: [
      { name: 'Session', description: 'Sign-in and the signed-in user' },
      { name: 'Videos', description: 'Videos, their processing and their playback' },
      { name: 'Uploads', description: 'Uploads of files to the bucket' },
      { name: 'Description' },
    ],
  });
  return { ...document, components: { ...document.components, securitySchemes: SECURITY_SCHEMES } };
}
