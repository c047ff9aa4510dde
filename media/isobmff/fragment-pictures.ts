import type { ByteSource } from '../byte-source.ts';
import { type ByteRange, parameterRanges, READ_BYTES } from '../containers/parameter-ranges.ts';
import { readAhead } from '../read-ahead.ts';
import type { FrameStretch, TimedFrame } from '../picture/picture.ts';
import { boxesIn, findBox, type LoadedBox, rootOf } from './box-tree.ts';
import type { Movie, MovieTrack } from './movie.ts';
import { statedPictureAt } from './stated-picture-at.ts';
import { parseTfdt } from './tfdt.ts';
import { parseTfhd } from './tfhd.ts';
import { parseTrun } from './trun.ts';
import { entriesOf, type VisualEntry } from './visual-entries.ts';
import { findFragment, walkBoxes } from './walk-boxes.ts';

/** Maximum size of a fragment's index. */
const MAX_MOOF_BYTES = 1024 * 1024;
/** Maximum number of boxes to visit. */
const MAX_BOXES = 20_000;
const NON_SYNC_SAMPLE = 0x1_0000;

/** Reads the first picture of each fragment of a video: ISO/IEC 14496-12:2022, 8.8. */
export async function readFragmentPictures(file: ByteSource, movie: Movie, track: MovieTrack): Promise<FrameStretch[]> {
  const source = readAhead(file);
  const entries = entriesOf(track.sampleTable);
  const defaults = movie.fragmentDefaults.find(({ trackId }) => trackId === track.id);
  const run: FragmentRun = {
    track,
    entries,
    defaultDuration: defaults?.sampleDuration ?? 0,
    defaultEntry: defaults?.sampleEntry ?? 1,
    defaultFlags: defaults?.sampleFlags ?? 0,
  };
  const stretches: FrameStretch[] = [];
  let visited = 0;
  for (const { start, end } of parameterRanges(0, source.size)) {
    const frames: TimedFrame[] = [];
    const first = start === 0 ? 0 : await nextFragment(source, { start, end });
    for await (const { type, offset, size } of walkBoxes(source, first ?? source.size)) {
      visited += 1;
      if (offset >= end || visited > MAX_BOXES) break;
      if (type !== 'moof' || size > MAX_MOOF_BYTES) continue;
      frames.push(...(await framesOf(source, rootOf(await source.read(offset, size), offset, source.spend), run)));
    }
    stretches.push(frames);
  }
  return stretches;
}

async function nextFragment(source: ByteSource, { start, end }: ByteRange): Promise<number | undefined> {
  const found = findFragment(await source.read(start, Math.min(READ_BYTES, end - start)));
  return found === undefined ? undefined : start + found;
}

interface FragmentRun {
  readonly track: MovieTrack;
  readonly entries: readonly VisualEntry[];
  readonly defaultDuration: number;
  readonly defaultEntry: number;
  readonly defaultFlags: number;
}

/** Returns the first frame of each part of a fragment, and the end of the last part. */
async function framesOf(source: ByteSource, root: LoadedBox, of: FragmentRun): Promise<TimedFrame[]> {
  const moof = findBox(root, 'moof');
  const frames: TimedFrame[] = [];
  for (const traf of moof === undefined ? [] : boxesIn(moof)) {
    const [tfhd, tfdt] = traf.type === 'traf' ? [findBox(traf, 'tfhd'), findBox(traf, 'tfdt')] : [];
    const header = tfhd && parseTfhd(tfhd);
    if (header?.trackId !== of.track.id || tfdt === undefined) continue;
    let time = parseTfdt(tfdt).decodeTime;
    const entry = of.entries[(header.sampleEntry ?? of.defaultEntry) - 1];
    for (const box of boxesIn(traf).filter(({ type }) => type === 'trun')) {
      const { dataOffset, firstSampleFlags, duration } = parseTrun(box, header.sampleDuration ?? of.defaultDuration);
      const flags = firstSampleFlags ?? header.sampleFlags ?? of.defaultFlags;
      if (entry !== undefined && dataOffset !== undefined) {
        const stated = await statedPictureAt(source, (header.baseDataOffset ?? root.offset) + dataOffset, entry);
        const isKey = (flags & NON_SYNC_SAMPLE) === 0;
        frames.push({ seconds: time / of.track.timescale, picture: stated ?? (isKey ? entry.picture : undefined) });
      }
      time += duration;
    }
    frames.push({ seconds: time / of.track.timescale });
  }
  return frames;
}
