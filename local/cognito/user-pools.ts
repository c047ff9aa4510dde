import { stableHex, stableUuid } from '../cloud/stable-id.ts';

/** A pool as the template describes it. */
export interface UserPool {
  readonly id: string;
  /** `iss` of its tokens; discovery document and keys lie below it. */
  readonly issuer: string;
  readonly groups: UserGroup[];
}

export interface UserGroup {
  readonly name: string;
  /** The lower goes before the higher. */
  readonly precedence: number;
}

/** A client without a secret, which signs people in by the code flow. */
export interface UserPoolClient {
  readonly id: string;
  readonly pool: UserPool;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly scopes: readonly string[];
  readonly lifetimeSeconds: { readonly access: number; readonly id: number; readonly refresh: number };
}

/** Somebody who can sign in. */
export interface PoolUser {
  readonly username: string;
  /** `sub`, the same at every start. */
  readonly id: string;
  readonly email: string;
  readonly groups: readonly string[];
}

/** The pools of the template with their clients. */
export class UserPools {
  readonly #endpoint: () => string;
  readonly #pools = new Map<string, UserPool>();
  readonly #clients = new Map<string, UserPoolClient>();

  /** @param endpoint base URL of the AWS APIs, where everything of Cognito is served too */
  constructor(endpoint: () => string) {
    this.#endpoint = endpoint;
  }

  get endpoint(): string {
    return this.#endpoint();
  }

  addPool(id: string): UserPool {
    const pool = { id, issuer: `${this.endpoint}/${id}`, groups: [] };
    this.#pools.set(id, pool);
    return pool;
  }

  /** @throws Error if there is no such pool */
  pool(id: string): UserPool {
    const pool = this.#pools.get(id);
    if (pool === undefined) throw new Error(`There is no user pool ${id}`);
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

/** One person for each group, the one with the most rights first: nobody needs to be invited to a laptop. */
export function usersOf(pool: UserPool): PoolUser[] {
  return pool.groups
    .toSorted((one, other) => one.precedence - other.precedence)
    .map(({ name }) => userNamed(pool.id, name, [name]));
}

export function userNamed(poolId: string, username: string, groups: readonly string[]): PoolUser {
  return {
    username,
    id: stableUuid(`${poolId}/${username}`),
    email: `${username}@laptop.example`,
    groups,
  };
}

/** `us-east-1_` and nine letters or digits, as Cognito names its pools. */
export function poolIdFor(region: string, physicalName: string): string {
  return `${region}_${stableHex(physicalName, 9)}`;
}
