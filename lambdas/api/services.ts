import type { Logger } from '@aws-lambda-powertools/logger';
import type { CatalogDatabase } from '../../catalog/database.ts';
import type { VideoSigner } from '../signing/sign-video.ts';
import type { RetryResult } from '../chain/retry-upload.ts';
import type { SignIn } from '../contracts/api/session.ts';
import type { Authenticate } from './authentication.ts';
import type { IsFromEdge } from './edge-requests.ts';
import type { PosterUrls } from '../signing/poster-urls.ts';
import type { UploadStorage } from './upload-storage.ts';

/** Services that the API uses. */
export interface ApiServices {
  readonly isFromEdge: IsFromEdge;
  readonly database: CatalogDatabase;
  readonly storage: UploadStorage;
  readonly authenticate: Authenticate;
  readonly signIn: SignIn;
  readonly signer: () => Promise<VideoSigner>;
  readonly posterUrls: PosterUrls;
  /** Requests the removal of a video: its objects in both buckets, its data in the catalog, cached copies. */
  readonly deleteVideo: (videoId: string) => Promise<void>;
  /** Withdraws a video, or publishes it again. Returns false if it does not exist. */
  readonly setWithdrawn: (videoId: string, withdrawn: boolean) => Promise<boolean>;
  /**
   * Makes the edge forget what it keeps of a video for signed-out visitors, once the change is in the catalog.
   *
   * @param delaySeconds time after which it happens; by default at once
   */
  readonly refreshVisitorsView: (videoId: string, delaySeconds?: number) => Promise<void>;
  /** Requests a retry of a failed revision. */
  readonly retryRevision: (revisionId: string) => Promise<RetryResult>;
  /** Scheme and authority of the edge, which serves the pages. */
  readonly edgeUrl: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Details of a request that only the gateway in front of the API knows. */
export interface GatewayFacts {
  readonly requestId: string;
  /** Path as the gateway decoded it; undefined without a gateway. */
  readonly path?: string | undefined;
  /**
   * Number of bytes of a body that the gateway decoded as UTF-8, NaN if it does not say; undefined for a body that it
   * passed as bytes.
   */
  readonly textBytes?: number | undefined;
}

/** Variables of each request. */
export interface ApiVariables {
  readonly services: ApiServices;
  readonly gateway: GatewayFacts;
  /** Returns the OpenAPI document. */
  readonly describe: () => { readonly openapi: string };
  /** Whether the edge may keep the response for signed-out visitors; see `edge-cache.ts`. */
  readonly keptAtEdge?: boolean;
}
