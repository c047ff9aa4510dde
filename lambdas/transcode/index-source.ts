import { PutObjectCommand } from '@aws-sdk/client-s3';
import { findPointerState } from '../../catalog/videos/pointer-state.ts';
import { playJustInTime, recordJustInTime } from '../../catalog/revisions/record-just-in-time.ts';
import type { RegisteredRevision } from '../../catalog/revisions/find-revision.ts';
import { replaceControlCharacters } from '../../catalog/text/control-characters.ts';
import type { FilmFacts, JustInTimeFacts } from '../../catalog/schema/just-in-time-facts.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { UPRIGHT } from '../../media/orientation.ts';
import { buildIndex } from '../../media/packaging/build-index.ts';
import { openIndexFile } from '../../media/packaging/index/index-file.ts';
import type { SourceIndex } from '../../media/packaging/index/source-index.ts';
import { codecsParameter } from '../../media/packaging/playlists/codecs-parameter.ts';
import { PackagingError } from '../../media/packaging/packaging-error.ts';
import type { Level, Reason } from '../../media/packaging/qualification/reason.ts';
import { disqualify, qualify } from '../../media/packaging/qualification/qualify.ts';
import { withinBudget } from '../../media/source-budget.ts';
import { sniffSource } from '../../media/sniffing/sniff.ts';
import { PointerChangingError, type PointerContext, writePointer } from '../chain/write-pointer.ts';
import { indexKey, PUBLISHED_TAGGING } from '../contracts/output-layout.ts';
import { type SourceIdentity, sourceIdentitySchema } from '../contracts/source-identity.ts';
import { readIndex } from './read-index.ts';

/** Changes of a video's publication that one call follows. */
const MAX_TRIES = 10;

/**
 * Makes a source playable just in time: writes its index, from which the packager works, and lets the permanent address point to it
 * if every player can show it. Everything rests on the file itself, since the encoder's probe takes seconds. Repeating it changes
 * nothing.
 *
 * The catalog comes first, so that a withdrawal at the same time finds the index, whichever of the two is faster.
 *
 * @returns whether and how the source plays; undefined for a file in another container, or of a revision that has ended
 * @throws UploadRejectedError if the file is incomplete
 */
export async function indexSource(
  context: PointerContext,
  registered: RegisteredRevision,
  source: ByteSource,
): Promise<JustInTimeFacts | undefined> {
  const { database } = context;
  const { video, revision } = registered;
  const { sniffed, media } = await sniffSource(source);
  // Another source skips bytes before the file, so that its offsets differ.
  if (sniffed.kind !== 'video' || sniffed.family !== 'isobmff' || media !== source) return undefined;
  await withinBudget(() => readIndex(source), undefined);
  const { facts, bytes } = await qualifySource(source, identityOf(registered));
  if (!(await recordJustInTime(database, revision.id, facts))) return undefined;
  if (bytes === undefined) return facts;
  await putIndex(context, { videoId: video.id, key: indexKey({ videoId: video.id, revision: revision.number }), bytes });
  if (facts.level !== 'everywhere') return facts;
  await playJustInTime(database, revision.id);
  await writePointer(context, video.id);
  return facts;
}

function identityOf({ video: { bucket, key }, revision: { versionId, etag } }: RegisteredRevision): SourceIdentity {
  return sourceIdentitySchema.parse({ bucket, key, versionId, etag });
}

interface QualifiedSource {
  readonly facts: JustInTimeFacts;
  /** Index of a source that plays somewhere. */
  readonly bytes?: Uint8Array;
}

async function qualifySource(source: ByteSource, identity: SourceIdentity): Promise<QualifiedSource> {
  try {
    const bytes = await buildIndex(source, { identity: JSON.stringify(identity) });
    const index = openIndexFile(bytes);
    if (!index.tracks.some(({ kind }) => kind === 'video')) throw new PackagingError('no_tracks', 'The file has no picture.');
    const { level, reasons, tracks } = qualify(index);
    if (level === 'none') return { facts: factsOf(level, reasons) };
    return { facts: { ...factsOf(level, reasons), film: filmFacts(index, tracks) }, bytes };
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    const { level, reasons } = disqualify(error);
    return { facts: factsOf(level, reasons) };
  }
}

/** Messages may quote a codec's name from the file, whose control characters PostgreSQL refuses and terminals obey. */
function factsOf(level: Level, reasons: readonly Reason[]): JustInTimeFacts {
  const shown = reasons.map(({ code, message }) => ({ code, message: replaceControlCharacters(message, 'line', ' ') }));
  return { level, reasons: shown, recordedAt: new Date().toISOString() };
}

/** @param positions tracks that are played */
function filmFacts(index: SourceIndex, positions: readonly number[]): FilmFacts {
  const tracks = positions.flatMap((position) => index.tracks[position] ?? []);
  const startSeconds = Math.min(...tracks.map(({ startTime, timescale }) => startTime / timescale));
  const endSeconds = Math.max(...tracks.map(({ endTime, timescale }) => endTime / timescale));
  const durationMs = Math.round(1000 * (endSeconds - startSeconds));
  const mediaTypes = tracks.map((track) => `${track.kind}/mp4; codecs="${codecsParameter(track, 'fmp4')}"`);
  return { durationMs, mediaTypes, orientation: tracks.find(({ video }) => video !== undefined)?.video?.orientation ?? UPRIGHT };
}

interface IndexObject {
  readonly videoId: string;
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Writes an index with the tag that the video's publication demands, also if that changes meanwhile. */
async function putIndex({ database, s3, outputBucket }: PointerContext, { videoId, key, bytes }: IndexObject): Promise<void> {
  let state = await findPointerState(database, videoId);
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const tagging = state?.isWithdrawn === true ? {} : { Tagging: PUBLISHED_TAGGING };
    const object = { Bucket: outputBucket, Key: key, Body: bytes, ContentType: 'application/octet-stream' };
    await s3.send(new PutObjectCommand({ ...object, ...tagging }));
    const after = await findPointerState(database, videoId);
    if (after?.number === state?.number) return;
    state = after;
  }
  throw new PointerChangingError(`Video ${videoId} is withdrawn and published repeatedly.`);
}
