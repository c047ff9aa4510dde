import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { sessionSchema, signInSchema } from '../../contracts/api/session.ts';
import { signedIn } from '../access.ts';
import { json, SIGNED_IN_PROBLEMS, refusals } from '../operation.ts';
import { SIGNED_IN } from '../security.ts';
import type { ApiVariables } from '../services.ts';

const getSignIn = createRoute({
  method: 'get',
  path: '/api/sign-in',
  operationId: 'getSignIn',
  summary: 'How to sign in',
  description: 'What a client needs for OpenID Connect with PKCE.',
  tags: ['Session'],
  security: [],
  responses: { 200: json('Where tokens come from', signInSchema) },
});

const getSession = createRoute({
  method: 'get',
  path: '/api/session',
  operationId: 'getSession',
  summary: 'Who is signed in, and what they may do',
  tags: ['Session'],
  security: SIGNED_IN,
  middleware: signedIn,
  responses: { 200: json('The bearer of the token', sessionSchema), ...refusals(...SIGNED_IN_PROBLEMS) },
});

export function sessionRoutes() {
  return new OpenAPIHono<{ Variables: ApiVariables }>()
    .openapi(getSignIn, (c) => c.json(c.var.services.signIn, 200))
    .openapi(getSession, (c) => {
      const { id, name, role } = c.var.person;
      return c.json({ id, name, role }, 200);
    });
}
