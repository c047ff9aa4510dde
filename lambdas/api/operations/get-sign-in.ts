import { signInSchema } from '../../contracts/api/session.ts';
import { defineOperation, jsonResponse } from '../operation.ts';

export const getSignInOperation = defineOperation(
  {
    method: 'get',
    path: '/api/sign-in',
    operationId: 'getSignIn',
    summary: 'Get the sign-in settings',
    description: 'Settings with which a client signs a user in: OpenID Connect with PKCE.',
    tags: ['Session'],
    access: 'none',
    responses: { 200: jsonResponse('Issuer and client of the access tokens', signInSchema) },
  },
  (c) => c.json(c.var.services.signIn, 200),
);
