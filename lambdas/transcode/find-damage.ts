import type { ByteSource } from '../../media/byte-source.ts';
import { trackAt } from '../../media/containers/choose-video.ts';
import type { KeptTracks } from '../../media/containers/kept-tracks.ts';
import { findGaps } from '../../media/gaps/find-gaps.ts';
import type { FoundDamage, Part } from '../../media/gaps/gap.ts';
import { findDamagedChunks, isUncompressedSound } from '../../media/isobmff/damaged-chunks.ts';
import { type DamagedSamples, findDamagedSamples } from '../../media/isobmff/damaged-samples.ts';
import { findFragmentGaps } from '../../media/isobmff/fragment-gaps.ts';
import { findLateStart } from '../../media/isobmff/late-start.ts';
import { IsobmffError } from '../../media/isobmff/isobmff-error.ts';
import type { Movie, MovieTrack } from '../../media/isobmff/movie.ts';
import { spanOfTrack } from '../../media/isobmff/sample-table-span.ts';
import { findLaterMovies } from '../../media/isobmff/later-movies.ts';
import { presentationOffset } from '../../media/isobmff/track-span.ts';
import { videoTracks } from '../../media/isobmff/video-tracks.ts';
import type { ContainerFamily } from '../../media/sniffing/signatures.ts';
import type { FoundWarning } from '../contracts/source-warnings.ts';
import { gapWarnings } from './gap-warnings.ts';

/** Warnings about damage, and the length of the source. */
export interface SourceDamage {
  readonly warnings: readonly FoundWarning[];
  /** Undefined if not measured. */
  readonly durationMs?: number;
}

/**
 * Finds missing and damaged parts of a source by its structure. Plan: holds on AWS and on the laptop, whose encoders report no
 * times.
 *
 * @param movie index of an ISO base media file, if it could be read
 */
export async function findDamage(
  container: ContainerFamily,
  source: ByteSource,
  movie: Movie | undefined,
  kept: KeptTracks,
): Promise<SourceDamage> {
  if (movie === undefined) return toDamage(await findGaps(container, source, kept.video));
  const sounds = movie.tracks.filter(({ handler }) => handler === 'soun');
  const tracks = [
    trackAt(videoTracks(movie), kept.video),
    ...kept.sound.map(({ position, count }) => (count === sounds.length ? sounds[position] : undefined)),
  ].filter((track) => track !== undefined);
  const late = await findLatePicture(source, movie, tracks);
  const damage = movie.fragmented ? await findFragmentDamage(source, movie, tracks) : await findSampleDamage(source, movie, tracks);
  return { ...damage, warnings: [...late, ...damage.warnings] };
}

/** Reports a picture that begins without a key frame, unless the edits leave that part out. */
async function findLatePicture(source: ByteSource, movie: Movie, tracks: readonly MovieTrack[]): Promise<FoundWarning[]> {
  const track = tracks.find(({ handler }) => handler === 'vide');
  const gap = track && (await unlessBroken(() => findLateStart(source, movie, track), undefined));
  const endSeconds = track === undefined ? 0 : (gap?.endSeconds ?? 0) + presentationOffset(movie, track);
  return gap === undefined || endSeconds <= 0 ? [] : gapWarnings([{ ...gap, endSeconds }]);
}

function toDamage({ gaps, seconds = 0 }: FoundDamage): SourceDamage {
  return { warnings: gapWarnings(gaps), ...(seconds > 0 ? { durationMs: Math.round(seconds * 1000) } : {}) };
}

async function findFragmentDamage(source: ByteSource, movie: Movie, tracks: readonly MovieTrack[]): Promise<SourceDamage> {
  const { cutOffSeconds, ...found } = await findFragmentGaps(source, movie, tracks);
  const cutOff = cutOffSeconds === undefined ? [] : [{ code: 'source_cut_off' as const, startMs: Math.round(cutOffSeconds * 1000) }];
  const damage = toDamage(found);
  return { ...damage, warnings: [...damage.warnings, ...cutOff] };
}

async function findSampleDamage(source: ByteSource, movie: Movie, tracks: readonly MovieTrack[]): Promise<SourceDamage> {
  const warnings: FoundWarning[] = [];
  /** Damaged samples of the tracks before; the picture comes first. */
  const broken: Part[] = [];
  for (const track of tracks) {
    const offset = presentationOffset(movie, track);
    const found = await damagedSamples(source, track, broken);
    broken.push(...found.bytes);
    const gaps = found.gaps.map(({ startSeconds, endSeconds }) => ({
      startSeconds: Math.max(0, startSeconds + offset),
      endSeconds: endSeconds === undefined ? undefined : endSeconds + offset,
    }));
    const code = track.handler === 'vide' ? 'picture_damaged' : 'sound_damaged';
    warnings.push(...gapWarnings(gaps).map((warning) => ({ ...warning, code }) as const));
  }
  const appended = await findAppended(source, movie, tracks);
  return { ...appended, warnings: [...warnings, ...appended.warnings] };
}

/** Reports the movies after the first one, which players and encoders ignore, and the length of all together. */
async function findAppended(source: ByteSource, movie: Movie, tracks: readonly MovieTrack[]): Promise<SourceDamage> {
  const later = await findLaterMovies(source);
  if (later === undefined) return { warnings: [] };
  const ends = tracks.map((track) => (spanOfTrack(track, movie)?.endSeconds ?? 0) + presentationOffset(movie, track));
  const startSeconds = Math.max(0, ...ends);
  const endSeconds = later.seconds === undefined ? undefined : startSeconds + later.seconds;
  return toDamage({ gaps: [{ startSeconds, endSeconds, kind: 'change' }], seconds: endSeconds });
}

function damagedSamples(source: ByteSource, track: MovieTrack, others: readonly Part[]): Promise<DamagedSamples> {
  const find = async (): Promise<DamagedSamples> =>
    isUncompressedSound(track) ? { gaps: await findDamagedChunks(source, track, others), bytes: [] } : findDamagedSamples(source, track);
  return unlessBroken(find, { gaps: [], bytes: [] });
}

/** Runs a reader; contradictory tables tell nothing of the samples. */
async function unlessBroken<Value>(read: () => Promise<Value>, unknown: Value): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof IsobmffError) return unknown;
    throw error;
  }
}
