import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import { AuthorizationCodes } from './authorization-codes.ts';
import {
  type AuthorizationRequest,
  readAuthorizationRequest,
  redirectLocation,
  RejectedRequestError,
  UntrustedRequestError,
} from './authorization-request.ts';
import { discoveryDocument } from './discovery.ts';
import { poolApi } from './pool-api.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { errorPage, type Page, signInPage } from './sign-in-page.ts';
import { negotiateLanguage } from './sign-in-texts.ts';
import { openTokenSigningKey, type TokenSigningKey } from './token-signing-key.ts';
import { handleTokenRequest, TokenRequestError } from './token-endpoint.ts';
import { UserPools, listUsers } from './user-pools.ts';

interface CognitoOptions {
  /** Directory of the token signing key and the refresh tokens. */
  readonly dir: string;
  /** Base URL of the AWS APIs. */
  readonly endpoint: () => string;
  /** @default the system's clock */
  readonly now?: () => Date;
}

type Handler = (call: ApiCall) => Promise<void> | void;

/** Allows every origin, as on AWS: no response depends on cookies. */
const CORS = { 'access-control-allow-origin': '*' };
const JSON_TYPE = { 'content-type': 'application/json' };
const SECURITY = {
  'cache-control': 'no-store',
  // With `no-referrer` the browser would send `Origin: null` with the page's own form.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * OpenID Connect endpoints of Cognito user pools, with a sign-in page on which the visitor chooses a user. They share the
 * address of the AWS APIs, but their requests have no AWS signature.
 */
export class Cognito {
  readonly pools: UserPools;
  readonly key: TokenSigningKey;
  readonly #now: () => Date;
  readonly #codes = new AuthorizationCodes();
  readonly #refreshTokens: RefreshTokens;
  readonly #routes: ReadonlyMap<string, Handler>;

  private constructor({ dir, endpoint, now = () => new Date() }: CognitoOptions, key: TokenSigningKey) {
    this.pools = new UserPools(endpoint);
    this.key = key;
    this.#now = now;
    this.#refreshTokens = new RefreshTokens(dir);
    this.#routes = new Map<string, Handler>([
      ['GET /oauth2/authorize', (call) => this.#showSignInPage(call)],
      ['GET /login', (call) => this.#showSignInPage(call)],
      ['POST /login', (call) => this.#signIn(call)],
      ['GET /logout', (call) => this.#signOut(call)],
      ['POST /oauth2/token', (call) => this.#token(call)],
      ['POST /oauth2/revoke', (call) => this.#revoke(call)],
    ]);
  }

  static async open(options: CognitoOptions): Promise<Cognito> {
    return new Cognito(options, await openTokenSigningKey(options.dir));
  }

  /** Returns the API, the sign-in pages and endpoints, for `createApiServer`. */
  apiService(): ApiService {
    const signed = poolApi(this.pools);
    return {
      signingName: 'cognito-idp',
      protocol: 'json',
      acceptsUnsigned: (request) => this.#hasOwnHost(request) && this.#handlerOf(request) !== undefined,
      handle: async (call) => {
        for (const [name, value] of Object.entries(SECURITY)) call.response.setHeader(name, value);
        const handle = this.#handlerOf(call.request);
        await (handle === undefined ? signed.handle(call) : handle(call));
      },
    };
  }

  /** Rejects other host names, against DNS rebinding. */
  #hasOwnHost({ headers }: IncomingMessage): boolean {
    return headers.host === new URL(this.pools.endpoint).host;
  }

  #handlerOf({ method = '', url = '/' }: IncomingMessage): Handler | undefined {
    const [path = ''] = url.split('?');
    const [, poolId = '', document] = /^\/([\w-]+)\/\.well-known\/(openid-configuration|jwks\.json)$/.exec(path) ?? [];
    const pool = this.pools.findPool(poolId);
    if (method === 'OPTIONS') return pool !== undefined || path.startsWith('/oauth2/') ? allowPreflight : undefined;
    if (pool === undefined) return this.#routes.get(`${method} ${path}`);
    if (method !== 'GET') return undefined;
    return ({ response }) =>
      sendJson(response, 200, document === 'jwks.json' ? this.key.jwks : discoveryDocument(pool, this.pools.endpoint));
  }

  #showSignInPage(call: ApiCall): void {
    this.#withRequest(call, ({ client, redirectUri }) => {
      const { search } = new URL(call.request.url ?? '/', this.pools.endpoint);
      sendPage(call.response, 200, signInPage(languageOf(call), listUsers(client.pool), search.slice(1), redirectUri));
    });
  }

  async #signIn(call: ApiCall): Promise<void> {
    const form = new URLSearchParams((await call.readBody()).toString());
    const { origin } = call.request.headers;
    if (origin !== undefined && origin !== new URL(this.pools.endpoint).origin) {
      this.#sendError(call, 403, new UntrustedRequestError('foreign_form', `Origin: ${origin}`));
      return;
    }
    this.#withRequest(call, (request) => {
      const { client, scope, redirectUri, codeChallenge, nonce } = request;
      const user = listUsers(client.pool).find(({ username }) => username === form.get('username'));
      if (user === undefined) throw new UntrustedRequestError('unknown_user', 'User does not exist.');
      const now = this.#now();
      const grant = { user, scope, authTime: now, originId: randomUUID(), nonce };
      const code = this.#codes.issue({ ...grant, clientId: client.id, redirectUri, codeChallenge }, now);
      redirect(call.response, redirectLocation(request, { code }));
    });
  }

  /** https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html */
  #signOut(call: ApiCall): void {
    const client = this.pools.findClient(call.query.get('client_id') ?? '');
    const uri = call.query.get('logout_uri') ?? '';
    if (client === undefined) {
      this.#sendError(call, 400, new UntrustedRequestError('unknown_client', 'Client does not exist.'));
    } else if (client.logoutUrls.includes(uri)) redirect(call.response, uri);
    else this.#sendError(call, 400, new UntrustedRequestError('logout_mismatch', `logout_uri: ${uri}`));
  }

  async #token(call: ApiCall): Promise<void> {
    const form = new URLSearchParams((await call.readBody()).toString());
    const options = { pools: this.pools, key: this.key, codes: this.#codes, refreshTokens: this.#refreshTokens };
    try {
      sendJson(call.response, 200, await handleTokenRequest(options, form, this.#now()));
    } catch (error) {
      if (!(error instanceof TokenRequestError)) throw error;
      sendJson(call.response, 400, { error: error.code });
    }
  }

  /** https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html */
  async #revoke(call: ApiCall): Promise<void> {
    const form = new URLSearchParams((await call.readBody()).toString());
    this.#refreshTokens.revoke(form.get('token') ?? '', form.get('client_id') ?? '');
    call.response.writeHead(200, CORS).end();
  }

  #withRequest(call: ApiCall, handle: (request: AuthorizationRequest) => void): void {
    try {
      handle(readAuthorizationRequest(this.pools, call.query));
    } catch (error) {
      if (error instanceof RejectedRequestError) redirect(call.response, error.location);
      else if (error instanceof UntrustedRequestError) this.#sendError(call, 400, error);
      else throw error;
    }
  }

  /** Shows an error with a link to the registered address of the pages. */
  #sendError(call: ApiCall, status: number, { code, message }: UntrustedRequestError): void {
    const client = this.pools.findClient(call.query.get('client_id') ?? '') ?? this.pools.firstClient();
    const home = client?.logoutUrls[0];
    sendPage(call.response, status, errorPage(languageOf(call), { code, message, home }));
  }
}

function languageOf({ query, request }: ApiCall) {
  return negotiateLanguage(query.get('lang'), request.headers['accept-language'] ?? '');
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...JSON_TYPE, ...CORS }).end(JSON.stringify(value));
}

function sendPage(response: ServerResponse, status: number, { html, headers }: Page): void {
  response.writeHead(status, headers).end(html);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}

const allowPreflight: Handler = ({ response }) =>
  void response
    .writeHead(204, {
      ...CORS,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '86400',
    })
    .end();
