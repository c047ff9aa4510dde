import { ApiError } from '../aws-api/api-error.ts';
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
  /** Ids of pools by the prefix of their domain. */
  readonly #domains = new Map<string, string>();

  /** @param endpoint base URL of the AWS APIs, which also serves Cognito */
  constructor(endpoint: () => string) {
    this.#endpoint = endpoint;
  }

  get endpoint(): string {
    return this.#endpoint();
  }

  /** Adds a pool, or returns the one of this id. */
  addPool(id: string): UserPool {
    const known = this.#pools.get(id);
    if (known !== undefined) return known;
    const getPool = { id, issuer: `${this.endpoint}/${id}`, groups: [] };
    this.#pools.set(id, getPool);
    return getPool;
  }

  /** @throws ApiError if the pool has a domain, as on AWS */
  removePool(id: string): void {
    if (this.domainOf(id) !== undefined)
      throw refusal('User pool cannot be deleted. It has a domain configured that should be deleted first.');
    this.#pools.delete(id);
  }

  /** Returns the prefix of a pool's domain. */
  domainOf(id: string): string | undefined {
    return [...this.#domains].find(([, pool]) => pool === id)?.[0];
  }

  /**
   * Gives a pool a domain. A pool has one at most, and a prefix belongs to one pool of the region.
   * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
   *
   * @throws ApiError
   */
  createDomain(id: string, domain: string): void {
    if (this.domainOf(id) !== undefined) throw refusal('User pool already has a domain configured.');
    if (this.#domains.has(domain)) throw refusal('Domain already associated with another user pool.');
    this.#domains.set(domain, id);
  }

  /** @throws ApiError if the pool does not have this domain */
  deleteDomain(id: string, domain: string): void {
    if (this.#domains.get(domain) !== id) throw refusal('No such domain or user pool exists.');
    this.#domains.delete(domain);
  }

  /** Returns a pool by its id. @throws ApiError `ResourceNotFoundException` */
  pool(id: string): UserPool {
    const pool = this.#pools.get(id);
    if (pool === undefined) throw new ApiError('ResourceNotFoundException', 400, `User pool ${id} does not exist.`);
    return pool;
  }

  list(): readonly UserPool[] {
    return [...this.#pools.values()];
  }

  findPool(id: string): UserPool | undefined {
    return this.#pools.get(id);
  }

  addClient(client: UserPoolClient): void {
    this.#clients.set(client.id, client);
  }

  removeClient(id: string): void {
    this.#clients.delete(id);
  }

  findClient(id: string): UserPoolClient | undefined {
    return this.#clients.get(id);
  }

  firstClient(): UserPoolClient | undefined {
    return [...this.#clients.values()][0];
  }
}

function refusal(message: string): ApiError {
  return new ApiError('InvalidParameterException', 400, message);
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
