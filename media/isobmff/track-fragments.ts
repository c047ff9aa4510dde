import { boxesIn, findBox, type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError, unlessDamaged } from './isobmff-error.ts';
import type { Movie } from './movie.ts';
import { parseTfdt } from './tfdt.ts';
import { parseTfhd } from './tfhd.ts';
import { parseTrun } from './trun.ts';

/** Times of a track's samples in one fragment, ticks. */
export interface TrackFragment {
  readonly trackId: number;
  /** Undefined if not stated, as in older files. */
  readonly decodeTime: number | undefined;
  readonly duration: number;
  readonly samples: number;
}

/** Limit of a fragment's index, bytes. */
export const MAX_MOOF_BYTES = 16 * 1024 * 1024;

/**
 * Reads when the tracks of a fragment play: ISO/IEC 14496-12:2022, 8.8.6 to 8.8.8 and 8.8.12.
 *
 * @param root contains the `moof` box
 * @returns undefined for a damaged index
 */
export function readTrackFragments(root: LoadedBox, { fragmentDefaults }: Movie): readonly TrackFragment[] | undefined {
  return unlessDamaged(() => {
    const moof = findBox(root, 'moof');
    const trafs = moof === undefined ? [] : boxesIn(moof).filter(({ type }) => type === 'traf');
    return trafs.length === 0 ? undefined : trafs.map((traf) => readTrackFragment(traf, fragmentDefaults));
  });
}

function readTrackFragment(traf: LoadedBox, allDefaults: Movie['fragmentDefaults']): TrackFragment {
  const [tfhd, tfdt] = [findBox(traf, 'tfhd'), findBox(traf, 'tfdt')];
  if (tfhd === undefined) throw new IsobmffError('bad_value', 'A track fragment has no header.', 'traf');
  const { trackId, sampleDuration } = parseTfhd(tfhd);
  const defaults = allDefaults.find((track) => track.trackId === trackId);
  const runs = boxesIn(traf)
    .filter(({ type }) => type === 'trun')
    .map((run) => parseTrun(run, sampleDuration ?? defaults?.sampleDuration ?? 0));
  return {
    trackId,
    decodeTime: tfdt && parseTfdt(tfdt).decodeTime,
    duration: runs.reduce((sum, run) => sum + run.duration, 0),
    samples: runs.reduce((sum, run) => sum + run.sampleCount, 0),
  };
}

/** Reads ISO/IEC 14496-12:2022, 8.8.5 Movie Fragment Header Box. Returns undefined if it is missing. */
export function readSequenceNumber(root: LoadedBox): number | undefined {
  const mfhd = findBox(root, 'moof', 'mfhd');
  if (mfhd === undefined) return undefined;
  const reader = readerOf(mfhd);
  reader.fullBox();
  return reader.u32();
}
