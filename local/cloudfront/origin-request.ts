import type { Readable } from 'node:stream';
import type { OriginConfig } from './distribution-config.ts';
import type { KeyParts } from './cache-key.ts';

/** Request to an origin, after policies and functions have been applied. */
export interface OriginRequest {
  readonly method: string;
  /** Percent-encoded path, without the path prefix of the origin. */
  readonly path: string;
  readonly parts: KeyParts;
  /** `Range` of the viewer, for origins that evaluate it themselves. */
  readonly range: string | undefined;
  readonly body: Readable;
  readonly viewer: { readonly ip: string; readonly id: string };
  readonly distribution: { readonly id: string; readonly arn: string };
  readonly origin: OriginConfig;
}
