import type { KeyObject } from 'node:crypto';
import type { Behavior, DistributionConfig } from './distribution-config.ts';
import type { EdgeFunction } from './edge-function.ts';
import type { CachePolicy, OriginRequestPolicy } from './request-policy.ts';
import type { ResponseHeadersPolicy } from './response-headers-policy.ts';

/** Behavior with the resources that it refers to. */
export interface ResolvedBehavior {
  readonly behavior: Behavior;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: OriginRequestPolicy | undefined;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | undefined;
  /** Public keys by id that may sign requests; undefined if viewers need no signature. */
  readonly trustedKeys: ReadonlyMap<string, KeyObject> | undefined;
  readonly functions: ReadonlyMap<'viewer-request' | 'viewer-response', EdgeFunction>;
}

/** Distribution with the resources that its configuration refers to. */
export interface Distribution {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly config: DistributionConfig;
  /** All behaviors of the configuration. */
  readonly behaviors: ReadonlyMap<Behavior, ResolvedBehavior>;
}
