/** Whose requests a route takes, in the description of the API. */
export const SIGNED_IN = [{ accessToken: [] }];
/** With a token more may be seen than without. */
export const ANYBODY: Record<string, string[]>[] = [{}, { accessToken: [] }];

export const SECURITY_SCHEMES = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of the issuer that `GET /api/sign-in` names.',
  },
} as const;
