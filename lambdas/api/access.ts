import { createMiddleware } from 'hono/factory';
import type { Role } from '../contracts/api/session.ts';
import { hasRole, type User } from './user.ts';
import { ProblemError } from './problems.ts';
import type { ApiVariables } from './services.ts';

/** RFC 6750, 2.1; the scheme's name is in any case. */
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

function tokenOf(header: string): string {
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new ProblemError('invalid_token');
  return token;
}

function admit(role: Role) {
  return createMiddleware<{ Variables: ApiVariables & { person: User } }>(async (c, next) => {
    const header = c.req.header('authorization');
    if (header === undefined) throw new ProblemError('unauthenticated');
    const person = await c.var.services.authenticate(tokenOf(header));
    if (!hasRole(person, role)) throw new ProblemError('forbidden');
    c.set('person', person);
    await next();
  });
}

/** Whoever is signed in. */
export const signedIn = admit('viewer');
export const uploaders = admit('uploader');

/** Anybody; who sends a token is known, and it has to be a good one. */
export const anybody = createMiddleware<{ Variables: ApiVariables & { person: User | undefined } }>(
  async (c, next) => {
    const header = c.req.header('authorization');
    c.set('person', header === undefined ? undefined : await c.var.services.authenticate(tokenOf(header)));
    await next();
  },
);
