import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { CatalogDatabase } from '../../../catalog/database.ts';
import { insertUpload } from '../../../catalog/uploads/insert-upload.ts';
import type { Visibility } from '../../../catalog/schema/video-status.ts';
import { beginStep } from '../../../catalog/revisions/begin-step.ts';
import { claimAttempt } from '../../../catalog/revisions/claim-attempt.ts';
import { endWithCode } from '../../../lambdas/chain/end-with-code.ts';
import { finishStep } from '../../../catalog/revisions/finish-step.ts';
import { makeReady } from '../../../catalog/revisions/make-ready.ts';
import { recordJob } from '../../../catalog/revisions/record-job.ts';
import { recordOutput } from '../../../catalog/revisions/record-output.ts';
import { registerUpload } from '../../../catalog/revisions/register-upload.ts';
import type { SourceFacts } from '../../../catalog/schema/source-facts.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { type EndCodeName } from '../../../lambdas/contracts/end-codes.ts';
import { CLAIMED_PRICE } from './claimed-price.ts';

export const SOURCE_FACTS: SourceFacts = {
  container: 'isobmff',
  durationMs: 12_345,
  video: {
    codec: 'AVC',
    width: 1920,
    height: 1080,
    rotation: 0,
    frameRate: { numerator: 30_000, denominator: 1001 },
    variableFrameRate: false,
    interlaced: false,
    highDynamicRange: false,
  },
  audio: [{ codec: 'AAC', channels: 2, language: 'kor' }],
};

export interface TestVideo {
  readonly videoId: string;
  readonly uploadId: string;
  readonly key: string;
}

export interface TestVideoOptions {
  readonly owner?: string;
  readonly visibility?: Visibility;
  readonly title?: string;
  /** @default `source-bucket` */
  readonly bucket?: string;
}

/** Creates a video whose bytes have not arrived. */
export async function newVideo(database: CatalogDatabase, options: TestVideoOptions = {}): Promise<TestVideo> {
  const { owner = 'uploader', visibility = 'private', title = 'A film', bucket = 'source-bucket' } = options;
  const [videoId, uploadId] = [uuidv7(), uuidv7()];
  const key = `uploads/${videoId}/film.mp4`;
  const upload = {
    id: uploadId,
    videoId,
    owner: { id: owner, name: `${owner}@example.com` },
    bucket,
    key,
    fileName: 'film.mp4',
    contentType: 'video/mp4',
    sizeBytes: 1000,
    title,
    description: '',
    visibility,
  };
  await insertUpload(database, upload, Number.MAX_SAFE_INTEGER);
  return { videoId, uploadId, key };
}

/** Makes a video's upload idle for an hour. */
export async function makeIdle(database: CatalogDatabase, videoId: string): Promise<void> {
  await database.execute(sql`alter table videos disable trigger videos_stamp`);
  await database.execute(
    sql`update videos set changed_at = now() - interval '1 hour' where id = cast(${videoId} as uuid)`,
  );
  await database.execute(sql`alter table videos enable trigger videos_stamp`);
}

export interface RegisteredTestVideo extends TestVideo {
  readonly revisionId: string;
}

let sequence = 0;

/** Registers the bytes of a video, or newer ones. */
export async function registerSource(
  database: CatalogDatabase,
  made: TestVideo,
  bucket = 'source-bucket',
): Promise<RegisteredTestVideo> {
  sequence += 1;
  const { revision } = await registerUpload(database, {
    bucket,
    key: made.key,
    versionId: `version-${sequence}`,
    etag: 'e',
    sequencer: sequence.toString(16),
    sizeBytes: 1000,
    contentType: 'video/mp4',
  });
  return { ...made, revisionId: revision.id };
}

export interface EncodingTestVideo extends RegisteredTestVideo {
  readonly job: { readonly revisionId: string; readonly attemptId: string; readonly jobId: string };
}

/** Starts the encode of a registered video. */
export async function startEncode(database: CatalogDatabase, arrived: RegisteredTestVideo): Promise<EncodingTestVideo> {
  const { revisionId } = arrived;
  const job = { revisionId, attemptId: uuidv7().replaceAll('-', ''), jobId: `job-${uuidv7()}` };
  await claimAttempt(database, { ...job, claimant: 'message', source: SOURCE_FACTS, warnings: [], plan: {}, price: CLAIMED_PRICE });
  await recordJob(database, job);
  return { ...arrived, job };
}

/** Makes a video ready. */
export async function finishEncode(
  database: CatalogDatabase,
  { job, ...encoding }: EncodingTestVideo,
): Promise<EncodingTestVideo> {
  for (const step of STEPS) {
    await beginStep(database, job, step);
    await finishStep(database, { ...job, step }, {});
  }
  const rendition = {
    codecs: 'avc1.64001f',
    frameRate: 29.97,
    durationMs: 12_000,
    sizeBytes: 3_000_000,
    peakBps: 3_000_000,
  };
  await recordOutput(database, job, {
    durationMs: 12_000,
    priceUsd: '0.015000',
    renditions: [
      {
        ...rendition,
        name: 'index_720p.cmfv',
        kind: 'video',
        width: 1280,
        height: 720,
        language: null,
        channels: null,
        averageBps: 2_000_000,
      },
      {
        ...rendition,
        name: 'index_audio_kor.cmfa',
        kind: 'audio',
        codecs: 'mp4a.40.2',
        frameRate: null,
        width: null,
        height: null,
        language: 'kor',
        channels: 2,
        averageBps: 128_000,
      },
    ],
  });
  await makeReady(database, job.revisionId, STEPS);
  return { ...encoding, job };
}

export async function readyVideo(
  database: CatalogDatabase,
  options: TestVideoOptions = {},
): Promise<EncodingTestVideo> {
  return finishEncode(
    database,
    await startEncode(database, await registerSource(database, await newVideo(database, options), options.bucket)),
  );
}

/** Creates a video whose encode ended with a code. */
export async function endedVideo(
  database: CatalogDatabase,
  code: EndCodeName,
  options: TestVideoOptions = {},
): Promise<EncodingTestVideo> {
  const encoding = await startEncode(
    database,
    await registerSource(database, await newVideo(database, options), options.bucket),
  );
  await endWithCode(database, encoding.revisionId, code);
  return encoding;
}
