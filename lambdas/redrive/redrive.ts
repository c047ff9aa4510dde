import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { findNamedVideo, listFailed, type VideoWithCode } from '../../catalog/videos/list-failed.ts';
import { findRetryableFailure, retryUpload } from '../chain/retry-upload.ts';
import { retryVideo, type RetryVideoServices } from '../chain/retry-video.ts';
import { type RedriveResponse, type RedrivenVideo, redriveRequestSchema } from '../contracts/redrive.ts';
import type { UploadRetry } from '../contracts/upload-message.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';
import { type MoveContext, moveDeadLetters } from './move-dead-letters.ts';

export interface RedriveContext extends MoveContext, Pick<RetryVideoServices, 'refreshVisitorsView'> {
  readonly database: CatalogDatabase;
  readonly sendRetry: SendToQueue<UploadRetry>;
  readonly logger: Logger;
}

/** Videos of one call: each takes three statements, of a function that runs for a minute. */
const PAGE = 50;

/**
 * Retries failed videos with the operation of the API, or moves dead letters back to their queue. Repeating a request is
 * harmless: a retried video is in progress, and the functions of all queues expect messages twice.
 *
 * @returns a refusal for an invalid request
 */
export async function redrive(context: RedriveContext, input: unknown): Promise<RedriveResponse> {
  const parsed = redriveRequestSchema.safeParse(input);
  if (!parsed.success) return { type: 'refusal', message: z.prettifyError(parsed.error) };
  const request = parsed.data;
  const { database, logger } = context;
  if (request.type === 'queue') {
    const moved = await moveDeadLetters(context, request);
    logger.info('dead letters redriven', { ...request, letters: moved.letters.length });
    return moved;
  }
  const { dryRun } = request;
  const found =
    request.type === 'failed'
      ? await listFailed(database, { ...request, limit: PAGE })
      : await findByName(database, request.video);
  if (request.type === 'video' && found.length === 0)
    return { type: 'refusal', message: `No video has the id or key ${request.video}.` };
  const videos: RedrivenVideo[] = [];
  for (const { video, code } of found) {
    const outcome = dryRun ? await foresee(database, video) : await retry(context, video);
    videos.push({ videoId: video.id, key: video.key, code, outcome });
    logger.info('video redriven', { videoId: video.id, code, outcome });
  }
  const last = found.at(-1);
  const hasNext = request.type === 'failed' && found.length === PAGE && last !== undefined;
  return { type: 'videos', videos, ...(hasNext && { next: last.video.id }) };
}

async function findByName(database: CatalogDatabase, name: string): Promise<VideoWithCode[]> {
  const found = await findNamedVideo(database, { id: z.uuid().safeParse(name).data, key: name });
  return found === undefined ? [] : [found];
}

function retry({ database, sendRetry, refreshVisitorsView }: RedriveContext, video: VideoWithCode['video']) {
  const retryRevision = (revisionId: string) => retryUpload({ database, sendRetry }, revisionId);
  return retryVideo({ retryRevision, refreshVisitorsView }, video);
}

/** Returns the outcome of a retry without retrying. */
async function foresee(database: CatalogDatabase, video: VideoWithCode['video']): Promise<RedrivenVideo['outcome']> {
  const retryRevision = async (revisionId: string) => {
    const failure = await findRetryableFailure(database, revisionId);
    return failure instanceof Date ? 'retried' : failure;
  };
  const outcome = await retryVideo({ retryRevision, refreshVisitorsView: async () => undefined }, video);
  return outcome === 'retried' ? 'would_retry' : outcome;
}
