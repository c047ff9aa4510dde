import type { ByteSource } from '../byte-source.ts';
import { type FrameTimes, inPresentationOrder } from '../frame-rate/frame-times.ts';
import { MAX_BLOCKS_PER_WINDOW, MAX_FRAMES_PER_WINDOW, WINDOW_BYTES, windowOffsets } from '../frame-rate/sample-windows.ts';
import { limitReads } from '../limit-reads.ts';
import { boxesIn, findBox, type LoadedBox, rootOf } from './box-tree.ts';
import { unlessDamaged } from './isobmff-error.ts';
import type { Movie, MovieTrack } from './movie.ts';
import { parseTfdt } from './tfdt.ts';
import { parseTfhd } from './tfhd.ts';
import { compositionTimes, parseTrun } from './trun.ts';
import { findFragment, walkBoxes } from './walk-boxes.ts';

/** Limit of a fragment's index. */
const MAX_MOOF_BYTES = 1024 * 1024;
/** Limit of boxes to visit in a window. */
const MAX_BOXES = 2_000;
/** Maximum number of frames of a window, whose last fragment may hold many. */
const MAX_FRAMES = 100_000;

/**
 * Reads the presentation times of a track's samples from its fragments: of all in a small file, else of some seconds at the
 * start, in the middle and at the end. The first samples of some files are in the movie box. ISO/IEC 14496-12:2022, 8.8.
 */
export async function readFragmentTimes(source: ByteSource, movie: Movie, track: MovieTrack): Promise<FrameTimes> {
  const offsets = windowOffsets(0, source.size);
  const defaultDuration = movie.fragmentDefaults.find(({ trackId }) => trackId === track.id)?.sampleDuration ?? 0;
  const stretches: number[][] = [];
  let complete = offsets.length === 1;
  for (const [index, offset] of offsets.entries()) {
    const limited = limitReads(source, MAX_BLOCKS_PER_WINDOW * (offsets.length === 1 ? 2 : 1));
    // One request instead of one per box.
    const head = await limited.read(offset, WINDOW_BYTES);
    const found = index === 0 ? 0 : findFragment(head);
    if (found === undefined) continue;
    const firstTime = index === 0 ? (track.span?.endTicks ?? 0) : 0;
    const { times, reachedEnd } = await readTimes(limited, offset + found, { trackId: track.id, defaultDuration, firstTime });
    complete &&= reachedEnd;
    const inMovieBox = index === 0 ? (track.readFrameTimes()?.stretches.flat() ?? []) : [];
    stretches.push(inPresentationOrder([...inMovieBox, ...times], { before: index > 0, after: !reachedEnd }));
  }
  return { ticksPerSecond: track.timescale, stretches, complete };
}

interface SampleDefaults {
  readonly trackId: number;
  readonly defaultDuration: number;
  /** Decoding time of the first fragment if it states none. */
  readonly firstTime: number;
}

async function readTimes(
  source: ByteSource,
  start: number,
  defaults: SampleDefaults,
): Promise<{ times: number[]; reachedEnd: boolean }> {
  const times: number[] = [];
  let [count, end, decodeTime] = [0, start, defaults.firstTime];
  for await (const box of walkBoxes(source, start)) {
    count += 1;
    if (count > MAX_BOXES || times.length >= MAX_FRAMES_PER_WINDOW) break;
    // The last box of a file that was cut off is incomplete.
    if (box.type === 'moof' && box.size <= source.size - box.offset) {
      const moof = await source.read(box.offset, Math.min(box.size, MAX_MOOF_BYTES));
      if (moof.length < box.size) break;
      const before = decodeTime;
      decodeTime = unlessDamaged(() => appendTimes(times, rootOf(moof, box.offset, source.spend), before, defaults)) ?? before;
    }
    end = box.offset + box.size;
  }
  return { times, reachedEnd: end >= source.size };
}

/** @returns the decoding time at the end of the fragment, for a next one that states none, as older files do */
function appendTimes(times: number[], root: LoadedBox, earlier: number, defaults: SampleDefaults): number {
  let time = earlier;
  const moof = findBox(root, 'moof');
  for (const traf of moof === undefined ? [] : boxesIn(moof)) {
    const tfhd = traf.type === 'traf' ? findBox(traf, 'tfhd') : undefined;
    const header = tfhd && parseTfhd(tfhd);
    if (header?.trackId !== defaults.trackId) continue;
    const tfdt = findBox(traf, 'tfdt');
    if (tfdt !== undefined) time = parseTfdt(tfdt).decodeTime;
    for (const box of boxesIn(traf).filter(({ type }) => type === 'trun')) {
      const duration = header.sampleDuration ?? defaults.defaultDuration;
      const run = parseTrun(box, duration);
      for (const composition of compositionTimes(box, duration)) {
        if (times.length === MAX_FRAMES) break;
        times.push(time + composition);
      }
      time += run.duration;
    }
  }
  return time;
}
