import { findRevisionByNumber } from '../../catalog/revisions/find-revision.ts';
import type { IndexRequest } from '../contracts/upload-message.ts';
import { headVersion } from '../runtime/object-version.ts';
import { indexSource } from './index-source.ts';
import { s3ByteSource } from './s3-byte-source.ts';
import type { TranscodeContext } from './transcode-upload.ts';

/**
 * Makes the index of a source again. The catalog decides whether it may be packaged at all, so that a request for anything else
 * does nothing.
 */
export async function rebuildIndex(context: TranscodeContext, { videoId, revision: number }: IndexRequest): Promise<void> {
  const found = await findRevisionByNumber(context.database, videoId, number);
  if (found?.revision.justInTime == null || found.revision.justInTime.level === 'none') return;
  const { video, revision } = found;
  const version = { bucket: video.bucket, key: video.key, versionId: revision.versionId ?? '' };
  const head = await headVersion(context.s3, version);
  if (head === undefined || head.isArchived) {
    context.logger.warn('index not made: the source is missing or archived', { videoId, revision: number });
    return;
  }
  const facts = await indexSource(context, found, s3ByteSource(context.s3, version, head.sizeBytes));
  context.logger.info('index made again', { videoId, revision: number, level: facts?.level });
}
