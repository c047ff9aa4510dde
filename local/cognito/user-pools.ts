import { stableHex, stableUuid } from '../cloud/stable-id.ts';

/** User pool of the template. */
export interface UserPool {
  readonly id: string;
  /** `iss` of its tokens, below which the discovery document and the keys are served. */
  readonly issuer: string;
  readonly groups: UserGroup[];
}

interface UserGroup {
  readonly name: string;
  /** Lower values take precedence. */
  readonly precedence: number;
}

/** Client without a secret, which uses the code flow. */
export interface UserPoolClient {
  readonly id: string;
  readonly pool: UserPool;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly scopes: readonly string[];
  readonly lifetimeSeconds: { readonly access: number; readonly id: number; readonly refresh: number };
}

/** User who can sign in. */
export interface PoolUser {
  readonly username: string;
  /** `sub`, which is the same at every start. */
  readonly id: string;
  readonly email: string;
  readonly groups: readonly string[];
}

/** User pools of the template with their clients. */
export class UserPools {
  readonly #endpoint: () => string;
  readonly #pools = new Map<string, UserPool>();
  readonly #clients = new Map<string, UserPoolClient>();

  /** @param endpoint base URL of the AWS APIs, which also serves Cognito */
  constructor(endpoint: () => string) {
    this.#endpoint = endpoint;
  }

  get endpoint(): string {
    return this.#endpoint();
  }

  addPool(id: string): UserPool {
    const getPool = { id, issuer: `${this.endpoint}/${id}`, groups: [] };
    this.#pools.set(id, getPool);
    return getPool;
  }

  /** Returns a pool by its id. @throws Error if the pool does not exist */
  pool(id: string): UserPool {
    const pool = this.#pools.get(id);
    if (pool === undefined) throw new Error(`User pool '${id}' does not exist.`);
    return pool;
  }

  findPool(id: string): UserPool | undefined {
    return this.#pools.get(id);
  }

  addClient(client: UserPoolClient): void {
    this.#clients.set(client.id, client);
  }

  findClient(id: string): UserPoolClient | undefined {
    return this.#clients.get(id);
  }
}

/** Returns one user for each group, in the order of precedence. */
export function listUsers(pool: UserPool): PoolUser[] {
  return pool.groups
    .toSorted((one, other) => one.precedence - other.precedence)
    .map(({ name }) => makeUser(pool.id, name, [name]));
}

export function makeUser(poolId: string, username: string, groups: readonly string[]): PoolUser {
  return {
    username,
    id: stableUuid(`${poolId}/${username}`),
    email: `${username}@laptop.example`,
    groups,
  };
}

/** Returns a pool id in Cognito's format, such as `us-east-1_` with nine letters or digits. */
export function poolIdFor(region: string, physicalName: string): string {
  return `${region}_${stableHex(physicalName, 9)}`;
}
