import { z } from 'zod';

/** Each may do what the ones before it may: watch; upload, and manage what it uploaded; manage everything. */
export const ROLES = ['viewer', 'uploader', 'admin'] as const;
export const roleSchema = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.infer<typeof roleSchema>;

export const sessionSchema = z.object({ id: z.string(), name: z.string(), role: roleSchema }).meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

/** What a client needs to sign somebody in: OpenID Connect with PKCE. */
export const signInSchema = z
  .object({
    /** Its discovery document is below `/.well-known/openid-configuration`. */
    issuer: z.url(),
    clientId: z.string(),
    scope: z.string(),
  })
  .meta({ id: 'SignIn' });
export type SignIn = z.infer<typeof signInSchema>;

/** Asked for at sign-in; the groups that make the role stand in every access token. */
export const SIGN_IN_SCOPE = 'openid';
