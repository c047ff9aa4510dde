import type { Readable } from 'node:stream';
import type { OriginConfig } from './distribution-config.ts';
import type { KeyParts } from './cache-key.ts';

/** What the edge asks an origin, after policies and functions have had their say. */
export interface OriginRequest {
  readonly method: string;
  /** Percent-encoded, without the origin's own path prefix. */
  readonly path: string;
  readonly parts: KeyParts;
  /** `Range` of the viewer, for origins that answer parts themselves. */
  readonly range: string | undefined;
  readonly body: Readable;
  readonly viewer: { readonly ip: string; readonly id: string };
  readonly distribution: { readonly id: string; readonly arn: string };
  readonly origin: OriginConfig;
}
