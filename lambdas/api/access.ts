import { createMiddleware } from 'hono/factory';
import type { ProblemCode } from '../contracts/api/problem-codes.ts';
import type { Role } from '../contracts/api/session.ts';
import { ProblemError } from './problems.ts';
import type { ApiVariables } from './services.ts';
import { hasRole, type User } from './user.ts';

/**
 * Who may call an operation: users with a role or a higher one, everyone with or without a token (`optional`), or
 * everyone without one (`none`).
 */
export type Access = Role | 'optional' | 'none';

/** The caller as a handler sees it. */
export type CallerOf<Allowed extends Access> = Allowed extends Role
  ? User
  : Allowed extends 'optional'
    ? User | undefined
    : undefined;

/** Returns the security requirement of an operation in the OpenAPI document. */
export function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'none') return [];
  return access === 'optional' ? [{}, { accessToken: [] }] : [{ accessToken: [] }];
}

export const SECURITY_SCHEMES = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of the issuer that `GET /api/sign-in` names.',
  },
} as const;

/** Returns the problems with which access control may reject a request. */
export function accessProblems(access: Access): ProblemCode[] {
  if (access === 'none') return [];
  const codes: ProblemCode[] = ['invalid_token', 'sign_in_unavailable'];
  if (access !== 'optional') codes.push('unauthenticated');
  if (access !== 'optional' && access !== 'viewer') codes.push('forbidden');
  return codes;
}

/** RFC 6750, 2.1; the scheme is case-insensitive. */
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

function tokenOf(header: string): string {
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new ProblemError('invalid_token');
  return token;
}

/** Returns middleware that authenticates the caller and rejects those without access. */
export function admit(access: Access) {
  return createMiddleware<{ Variables: ApiVariables & { user: User | undefined } }>(async (c, next) => {
    if (access !== 'none') {
      const header = c.req.header('authorization');
      const user = header === undefined ? undefined : await c.var.services.authenticate(tokenOf(header));
      if (access !== 'optional') requireRole(user, access);
      c.set('user', user);
    }
    await next();
  });
}

function requireRole(user: User | undefined, role: Role): void {
  if (user === undefined) throw new ProblemError('unauthenticated');
  if (!hasRole(user, role)) throw new ProblemError('forbidden');
}
