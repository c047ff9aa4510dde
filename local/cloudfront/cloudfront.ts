import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { AccessLog } from './access-log.ts';
import { CachedOrigin } from './cached-origin.ts';
import type { Behavior, DistributionConfig } from './distribution-config.ts';
import type { Distribution, ResolvedBehavior } from './distribution.ts';
import { EdgeCache } from './edge-cache.ts';
import { EdgeFunction } from './edge-function.ts';
import { createEdgeServer } from './edge-server.ts';
import type { Origins } from './origins.ts';
import {
  type CachePolicy,
  MANAGED_CACHE_POLICIES,
  MANAGED_ORIGIN_REQUEST_POLICIES,
  type OriginRequestPolicy,
} from './request-policy.ts';
import { MANAGED_RESPONSE_HEADERS_POLICIES, type ResponseHeadersPolicy } from './response-headers-policy.ts';

interface CloudFrontOptions {
  /** Directory of the cache, which is cleared at every start, and of `access.log`. */
  readonly dir: string;
  readonly origins: Origins;
  /** @default 4 GiB */
  readonly maxCacheBytes?: number;
  readonly onError: (error: unknown) => void;
  /** Time without progress after which a viewer that does not read is disconnected. @default two minutes */
  readonly maxStallMs?: number;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** CloudFront resources of the template, and the server that implements them. */
export class CloudFront {
  readonly server: Server;
  readonly #cache: EdgeCache;
  readonly #log: AccessLog;
  readonly #publicKeys = new Map<string, KeyObject>();
  readonly #keyGroups = new Map<string, readonly string[]>();
  readonly #cachePolicies = new Map(Object.entries(MANAGED_CACHE_POLICIES));
  readonly #originRequestPolicies = new Map(Object.entries(MANAGED_ORIGIN_REQUEST_POLICIES));
  readonly #responseHeadersPolicies = new Map(Object.entries(MANAGED_RESPONSE_HEADERS_POLICIES));
  readonly #functions = new Map<string, EdgeFunction>();
  readonly #distributions = new Map<string, Distribution>();

  private constructor(options: CloudFrontOptions, cache: EdgeCache) {
    const { origins, onError, maxStallMs, now = () => new Date() } = options;
    this.#cache = cache;
    this.#log = new AccessLog(join(options.dir, 'access.log'));
    const distributionFor = (host: string) => this.#distributionFor(host);
    this.server = createEdgeServer({
      distributionFor,
      origin: new CachedOrigin(cache, origins, now),
      log: this.#log,
      onError,
      now,
      ...(maxStallMs !== undefined && { maxStallMs }),
    });
  }

  static async open(options: CloudFrontOptions): Promise<CloudFront> {
    const { maxCacheBytes } = options;
    const limit = maxCacheBytes === undefined ? {} : { maxBytes: maxCacheBytes };
    return new CloudFront(options, await EdgeCache.open({ dir: join(options.dir, 'cache'), ...limit }));
  }

  /** Closes all connections and drops the cache. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((done) => this.server.close(done));
    await Promise.all([...this.#functions.values()].map((edgeFunction) => edgeFunction.close()));
    await this.#cache.close();
    await this.#log.close();
  }

  /**
   * @param pem SubjectPublicKeyInfo
   * @throws Error unless the key is of a type that CloudFront accepts: RSA of 2048 bits or ECDSA on P-256
   */
  addPublicKey(id: string, pem: string): void {
    const key = createPublicKey(pem);
    const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
    if (modulusLength !== 2048 && namedCurve !== 'prime256v1') {
      throw new Error(`Public key ${id} is neither RSA of 2048 bits nor ECDSA on P-256.`);
    }
    this.#publicKeys.set(id, key);
  }

  /** Adds or replaces a key group, also in existing distributions. */
  addKeyGroup(id: string, keyIds: readonly string[]): void {
    for (const keyId of keyIds) findNamed(this.#publicKeys, keyId, 'public key');
    this.#keyGroups.set(id, keyIds);
    for (const distribution of this.#distributions.values()) this.addDistribution(distribution);
  }

  addCachePolicy(id: string, policy: CachePolicy): void {
    this.#cachePolicies.set(id, policy);
  }

  addOriginRequestPolicy(id: string, policy: OriginRequestPolicy): void {
    this.#originRequestPolicies.set(id, policy);
  }

  addResponseHeadersPolicy(id: string, policy: ResponseHeadersPolicy): void {
    this.#responseHeadersPolicies.set(id, policy);
  }

  addFunction(arn: string, name: string, code: string): void {
    const former = this.#functions.get(arn);
    this.#functions.set(arn, new EdgeFunction(name, code));
    void former?.close();
  }

  /**
   * Adds or replaces a distribution.
   *
   * @throws Error if the configuration refers to something that neither the template nor AWS defines
   */
  addDistribution(fields: Omit<Distribution, 'behaviors'>): void {
    const { config } = fields;
    const all = [...config.CacheBehaviors, config.DefaultCacheBehavior];
    const behaviors = new Map(all.map((behavior) => [behavior, this.#resolve(config, behavior)]));
    this.#distributions.set(fields.id, { ...fields, behaviors });
  }

  /**
   * Deletes a resource of any type; without effect if it does not exist.
   *
   * @param id id or ARN, which no two resources share
   * @throws Error if another resource refers to it
   */
  remove(id: string): void {
    const configs = [...this.#distributions.values()].filter((distribution) => distribution.id !== id);
    const users = [...this.#keyGroups].filter(([group]) => group !== id).map(([, keyIds]) => keyIds);
    // The configurations hold only data, so that ids stand in their JSON.
    const isUsed = [...configs.map(({ config }) => config), ...users].some((value) => JSON.stringify(value).includes(id));
    if (isUsed) throw new Error(`${id} is currently associated with one or more resources.`);
    void this.#functions.get(id)?.close();
    for (const items of this.#all()) items.delete(id);
  }

  /** Returns the ids of the template's resources, without the policies that AWS defines. */
  list(): readonly string[] {
    const managed = [MANAGED_CACHE_POLICIES, MANAGED_ORIGIN_REQUEST_POLICIES, MANAGED_RESPONSE_HEADERS_POLICIES];
    return this.#all().flatMap((items) => [...items.keys()].filter((id) => !managed.some((policies) => id in policies)));
  }

  #all(): readonly Map<string, unknown>[] {
    return [
      this.#publicKeys,
      this.#keyGroups,
      this.#cachePolicies,
      this.#originRequestPolicies,
      this.#responseHeadersPolicies,
      this.#functions,
      this.#distributions,
    ];
  }

  has(distributionId: string): boolean {
    return this.#distributions.has(distributionId);
  }

  /** Removes paths from the cache of a distribution. @param paths may end in `*` */
  invalidate(distributionId: string, paths: readonly string[]): void {
    for (const path of paths) this.#cache.invalidate(distributionId, path.startsWith('/') ? path : `/${path}`);
  }

  #resolve(config: DistributionConfig, behavior: Behavior): ResolvedBehavior {
    const {
      OriginRequestPolicyId: originRequest,
      ResponseHeadersPolicyId: responseHeaders,
      TargetOriginId: target,
    } = behavior;
    if (![...config.Origins, ...config.OriginGroups.Items].some(({ Id: id }) => id === target)) {
      throw new Error(
        `A behavior targets '${target}', which is neither an origin nor an origin group of its distribution.`,
      );
    }
    const keyIds = behavior.TrustedKeyGroups.flatMap((group) => findNamed(this.#keyGroups, group, 'key group'));
    const keys = new Map(keyIds.map((id) => [id, findNamed(this.#publicKeys, id, 'public key')]));
    return {
      behavior,
      cachePolicy: findNamed(this.#cachePolicies, behavior.CachePolicyId, 'cache policy'),
      originRequestPolicy: originRequest
        ? findNamed(this.#originRequestPolicies, originRequest, 'origin request policy')
        : undefined,
      responseHeadersPolicy: responseHeaders
        ? findNamed(this.#responseHeadersPolicies, responseHeaders, 'response headers policy')
        : undefined,
      trustedKeys: behavior.TrustedKeyGroups.length > 0 ? keys : undefined,
      functions: new Map(
        behavior.FunctionAssociations.map(({ EventType: type, FunctionARN: arn }) => [
          type,
          findNamed(this.#functions, arn, 'function'),
        ]),
      ),
    };
  }

  /** Finds a distribution by its domain name or an alias; other hosts, such as 127.0.0.1, mean the first one. */
  #distributionFor(host: string): Distribution | undefined {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    const all = [...this.#distributions.values()].filter(({ config }) => config.Enabled);
    return all.find(({ domainName, config }) => domainName === name || config.Aliases.includes(name)) ?? all[0];
  }
}

function findNamed<Item>(items: ReadonlyMap<string, Item>, id: string, kind: string): Item {
  const item = items.get(id);
  if (item === undefined) throw new Error(`The ${kind} '${id}' does not exist.`);
  return item;
}
