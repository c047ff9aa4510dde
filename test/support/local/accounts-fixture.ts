import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { Cognito } from '../../../local/cognito/cognito.ts';
import { cognitoProviders } from '../../../local/cognito/providers.ts';

export const CALLBACK = 'http://127.0.0.1:4567/signed-in';
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

type Changes = Record<string, string | undefined>;

/** User pool with a client on its own server, and the requests of a browser and the client. */
export class AccountsFixture {
  dir = '';
  endpoint = '';
  issuer = '';
  clientId = '';
  now = new Date();
  #server: Server | undefined;

  /** Starts the server, after `stop` with the same state. */
  async start(): Promise<void> {
    this.dir ||= await mkdtemp(join(tmpdir(), 'sluice-cognito-'));
    const cognito = await Cognito.open({
      dir: join(this.dir, 'accounts'),
      endpoint: () => this.endpoint,
      now: () => this.now,
    });
    this.#server = createApiServer({ credentials: Credentials.open(this.dir), services: [cognito.apiService()] });
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    this.endpoint = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const provision = async (type: string, logicalId: string, properties: Record<string, unknown>) => {
      const provider = cognitoProviders(cognito.pools).find((candidate) => candidate.type === type);
      const resource = { stack: 'Test', logicalId, type, properties, physicalName: logicalId.toLowerCase() };
      return provider?.provision(resource);
    };
    const pool = await provision('AWS::Cognito::UserPool', 'Pool', {});
    this.issuer = String(pool?.attributes?.['ProviderURL']);
    for (const [GroupName, Precedence] of [['viewer', 2], ['admin', 0], ['uploader', 1]] as const) {
      await provision('AWS::Cognito::UserPoolGroup', GroupName, { UserPoolId: pool?.ref, GroupName, Precedence });
    }
    const client = await provision('AWS::Cognito::UserPoolClient', 'Client', {
      UserPoolId: pool?.ref,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      CallbackURLs: [CALLBACK],
      LogoutURLs: ['http://127.0.0.1:4567/'],
      AccessTokenValidity: 60,
      RefreshTokenValidity: 30,
      TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'days' },
    });
    this.clientId = client?.ref ?? '';
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((closed) => this.#server?.close(closed));
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dir, { recursive: true });
  }

  /** Advances the clock. */
  wait(ms: number): void {
    this.now = new Date(this.now.getTime() + ms);
  }

  /** Returns the query of an authorization request with `changes`; undefined parameters are omitted. */
  authorization(changes: Changes = {}): URLSearchParams {
    const query = {
      client_id: this.clientId,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid profile',
      state: 'of the page',
      nonce: 'once',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...changes,
    };
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return new URLSearchParams(given);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.endpoint}${path}`, { redirect: 'manual', headers });
  }

  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    const body = new URLSearchParams(form);
    return fetch(`${this.endpoint}${path}`, { method: 'POST', redirect: 'manual', body, headers });
  }

  /** Chooses a user and returns the address of the redirect. */
  async choose(username: string, changes: Changes = {}): Promise<URL> {
    const response = await this.post(`/login?${this.authorization(changes)}`, { username });
    return new URL(response.headers.get('location') ?? 'none:');
  }

  async codeFor(username: string, changes: Changes = {}): Promise<string> {
    return (await this.choose(username, changes)).searchParams.get('code') ?? '';
  }

  exchange(code: string, changes: Record<string, string> = {}): Promise<Response> {
    return this.post('/oauth2/token', {
      grant_type: 'authorization_code',
      client_id: this.clientId,
      redirect_uri: CALLBACK,
      code,
      code_verifier: VERIFIER,
      ...changes,
    });
  }

  refresh(refreshToken: string): Promise<Response> {
    const form = { grant_type: 'refresh_token', client_id: this.clientId, refresh_token: refreshToken };
    return this.post('/oauth2/token', form);
  }

  async tokensOf(username: string, changes: Changes = {}): Promise<Record<string, string>> {
    return (await this.exchange(await this.codeFor(username, changes))).json() as Promise<Record<string, string>>;
  }

  /** Verifies a token with the published keys and returns its claims. */
  async verify(token: string | undefined): Promise<JWTPayload> {
    const keys = await this.get(`${new URL(this.issuer).pathname}/.well-known/jwks.json`);
    const keySet = createLocalJWKSet((await keys.json()) as JSONWebKeySet);
    const { payload } = await jwtVerify(token ?? '', keySet, { issuer: this.issuer, currentDate: this.now });
    return payload;
  }
}
