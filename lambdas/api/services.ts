import type { Logger } from '@aws-lambda-powertools/logger';
import type { CatalogDatabase } from '../../catalog/database.ts';
import type { VideoSigner } from '../signing/sign-video.ts';
import type { RetryResult } from '../chain/retry-upload.ts';
import type { SignIn } from '../contracts/api/session.ts';
import type { Authenticate } from './authentication.ts';
import type { PosterUrls } from '../signing/poster-urls.ts';
import type { UploadStorage } from './upload-storage.ts';

/** Services that the API uses. */
export interface ApiServices {
  readonly database: CatalogDatabase;
  readonly storage: UploadStorage;
  readonly authenticate: Authenticate;
  readonly signIn: SignIn;
  readonly signer: () => Promise<VideoSigner>;
  readonly posterUrls: PosterUrls;
  /** Requests the removal of a video: its objects in both buckets, its data in the catalog, cached copies. */
  readonly deleteVideo: (videoId: string) => Promise<void>;
  /** Requests a retry of a failed revision. */
  readonly retryRevision: (revisionId: string) => Promise<RetryResult>;
  /** Scheme and authority of the edge, which serves the pages. */
  readonly edgeUrl: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Variables of each request. */
export interface ApiVariables {
  readonly services: ApiServices;
  readonly requestId: string;
  /** Returns the OpenAPI document. */
  readonly describe: () => { readonly openapi: string };
}
