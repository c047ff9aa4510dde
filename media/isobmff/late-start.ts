import type { ByteSource } from '../byte-source.ts';
import type { Gap } from '../gaps/gap.ts';
import { boxesIn, findBox, type LoadedBox, rootOf } from './box-tree.ts';
import { listSamples } from './key-samples.ts';
import type { Movie, MovieTrack } from './movie.ts';
import { parseTfhd } from './tfhd.ts';
import { MAX_MOOF_BYTES } from './track-fragments.ts';
import { runSamples } from './trun.ts';
import { walkBoxes } from './walk-boxes.ts';

/** Maximum number of boxes to visit until the first key sample. */
const MAX_BOXES = 2000;
/** Minimum time without a picture that viewers notice, seconds. */
const MIN_LATE_SECONDS = 0.1;
const NON_SYNC_SAMPLE = 0x1_0000;

/**
 * Finds the samples of a video before its first sync sample, which no decoder shows: ISO/IEC 14496-12:2022, 8.6.2 and 8.8.3.1.
 *
 * @returns undefined if there are none, or if no sample is marked; by decoding time, in seconds from the track's first sample
 * @throws IsobmffError `field_beyond_box`
 */
export async function findLateStart(source: ByteSource, movie: Movie, track: MovieTrack): Promise<Gap | undefined> {
  const ticks = movie.fragmented && track.samples === 0 ? await firstKeyInFragments(source, movie, track) : firstKeyInTable(track);
  const endSeconds = (ticks ?? 0) / track.timescale;
  return endSeconds >= MIN_LATE_SECONDS ? { startSeconds: 0, endSeconds, kind: 'picture' } : undefined;
}

function firstKeyInTable({ sampleTable }: MovieTrack): number | undefined {
  if (sampleTable === undefined) return undefined;
  for (const { isKey, size, time } of listSamples(sampleTable)) if (isKey && size > 0) return time;
  return undefined;
}

async function firstKeyInFragments(source: ByteSource, { fragmentDefaults }: Movie, track: MovieTrack): Promise<number | undefined> {
  const defaults = fragmentDefaults.find(({ trackId }) => trackId === track.id);
  let [ticks, boxes] = [0, 0];
  for await (const { type, offset, size } of walkBoxes(source)) {
    boxes += 1;
    if (boxes > MAX_BOXES) return undefined;
    if (type !== 'moof' || size > MAX_MOOF_BYTES) continue;
    for (const { isKey, duration } of samplesOf(rootOf(await source.read(offset, size), offset, source.spend), track.id, defaults)) {
      if (isKey) return ticks;
      ticks += duration;
    }
  }
  return undefined;
}

function* samplesOf(
  root: LoadedBox,
  trackId: number,
  defaults: Movie['fragmentDefaults'][number] | undefined,
): Generator<{ readonly isKey: boolean; readonly duration: number }, void> {
  const moof = findBox(root, 'moof');
  for (const traf of moof === undefined ? [] : boxesIn(moof).filter(({ type }) => type === 'traf')) {
    const tfhd = findBox(traf, 'tfhd');
    const header = tfhd && parseTfhd(tfhd);
    if (header?.trackId !== trackId) continue;
    const sampleFlags = header.sampleFlags ?? defaults?.sampleFlags ?? 0;
    const ticks = header.sampleDuration ?? defaults?.sampleDuration ?? 0;
    for (const run of boxesIn(traf).filter(({ type }) => type === 'trun')) {
      for (const { flags, duration } of runSamples(run, { sampleFlags, ticks })) yield { isKey: (flags & NON_SYNC_SAMPLE) === 0, duration };
    }
  }
}
