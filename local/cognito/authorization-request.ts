import type { SignInError } from './sign-in-texts.ts';
import type { UserPoolClient, UserPools } from './user-pools.ts';

/** Valid request to sign a user in. */
export interface AuthorizationRequest {
  readonly client: UserPoolClient;
  readonly redirectUri: string;
  readonly scope: string;
  readonly codeChallenge: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
}

/** Thrown if the client or redirect URI cannot be trusted, so that the error is shown instead of redirected. */
export class UntrustedRequestError extends Error {
  override readonly name = 'UntrustedRequestError';
  readonly code: SignInError;

  /** @param message text of Cognito */
  constructor(code: SignInError, message: string) {
    super(message);
    this.code = code;
  }
}

/** Thrown for an error that is reported to the client by a redirect. https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 */
export class RejectedRequestError extends Error {
  override readonly name = 'RejectedRequestError';
  readonly location: string;

  constructor(
    request: { readonly redirectUri: string; readonly state: string | undefined },
    error: string,
    description: string,
  ) {
    super(description);
    this.location = redirectLocation(request, { error, error_description: description });
  }
}

/** Returns the redirect URI with the parameters of a response. */
export function redirectLocation(
  { redirectUri, state }: { readonly redirectUri: string; readonly state: string | undefined },
  parameters: Readonly<Record<string, string>>,
): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}

/** SHA-256 in Base64url. */
const CODE_CHALLENGE = /^[\w-]{43}$/;

/**
 * Reads the query of `/oauth2/authorize`. The redirect URI must equal one of the client's, and PKCE with S256 is
 * required, because a client without a secret has no other way to authenticate.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 *
 * @throws UntrustedRequestError, RejectedRequestError
 */
export function readAuthorizationRequest(pools: UserPools, query: URLSearchParams): AuthorizationRequest {
  const value = (name: string): string | undefined => query.get(name) ?? undefined;
  const client = pools.findClient(value('client_id') ?? '');
  if (client === undefined) throw new UntrustedRequestError('unknown_client', 'Client does not exist.');
  const redirectUri = value('redirect_uri') ?? '';
  if (!client.callbackUrls.includes(redirectUri)) {
    throw new UntrustedRequestError('redirect_mismatch', `redirect_mismatch: ${redirectUri}`);
  }

  const state = value('state');
  const reject = (error: string, description: string): never => {
    throw new RejectedRequestError({ redirectUri, state }, error, description);
  };
  if (value('response_type') !== 'code') reject('unsupported_response_type', 'response_type must be code');
  if (value('code_challenge_method') !== 'S256') reject('invalid_request', 'code_challenge_method must be S256');
  const codeChallenge = value('code_challenge') ?? '';
  if (!CODE_CHALLENGE.test(codeChallenge)) reject('invalid_request', 'code_challenge is missing or malformed');
  const scope = value('scope') ?? client.scopes.join(' ');
  if (!scope.split(' ').every((name) => client.scopes.includes(name))) reject('invalid_scope', 'invalid_scope');
  // Sessions are not supported, so users are always prompted.
  if (value('prompt') === 'none') reject('login_required', 'login_required');
  return { client, redirectUri, scope, codeChallenge, state, nonce: value('nonce') };
}
