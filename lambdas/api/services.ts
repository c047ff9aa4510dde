import type { Logger } from '@aws-lambda-powertools/logger';
import type { CatalogDatabase } from '../../catalog/database.ts';
import type { VideoSigner } from '../signing/sign-video.ts';
import type { Retry } from '../chain/retry-upload.ts';
import type { SignIn } from '../contracts/api/session.ts';
import type { Authenticate } from './authentication.ts';
import type { PosterUrls } from '../signing/poster-urls.ts';
import type { UploadStorage } from './upload-storage.ts';

/** What the API works with. */
export interface ApiServices {
  readonly database: CatalogDatabase;
  readonly storage: UploadStorage;
  readonly authenticate: Authenticate;
  readonly signIn: SignIn;
  readonly signer: () => Promise<VideoSigner>;
  readonly posterUrls: PosterUrls;
  /** Has everything of a video removed: its objects in both buckets, what the catalog holds, cached copies. */
  readonly deleteVideo: (videoId: string) => Promise<void>;
  /** Sends a failed revision on its way again. */
  readonly retryRevision: (revisionId: string) => Promise<Retry>;
  /** Scheme and authority of the edge, which serves the pages. */
  readonly edgeUrl: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** What each request carries. */
export interface ApiVariables {
  readonly services: ApiServices;
  readonly requestId: string;
}
