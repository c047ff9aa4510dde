import * as z from 'zod';

/** Roles, each with the rights of those before it: watch; upload, and manage own videos; manage everything. */
export const ROLES = ['viewer', 'uploader', 'admin'] as const;
export const roleSchema = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.infer<typeof roleSchema>;

export const sessionSchema = z.object({ id: z.string(), name: z.string(), role: roleSchema }).meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

/** Settings with which a client signs a user in: OpenID Connect with PKCE. */
export const signInSchema = z
  .object({
    /** URL below which `/.well-known/openid-configuration` is the discovery document. */
    issuer: z.url(),
    clientId: z.string(),
    scope: z.string(),
  })
  .meta({ id: 'SignIn' });
export type SignIn = z.infer<typeof signInSchema>;

/** Scope requested at sign-in; every access token carries the groups that determine the role. */
export const SIGN_IN_SCOPE = 'openid';
