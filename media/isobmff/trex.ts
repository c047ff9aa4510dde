import { type LoadedBox, readerOf } from './box-tree.ts';

/** Defaults for the samples of a track's fragments, which `tfhd` and `trun` may override. */
export interface TrackDefaults {
  readonly trackId: number;
  /** Ticks. */
  readonly sampleDuration: number;
  readonly sampleFlags: number;
}

/** Reads ISO/IEC 14496-12:2022, 8.8.3 Track Extends Box. */
export function parseTrex(box: LoadedBox): TrackDefaults {
  const reader = readerOf(box);
  reader.fullBox();
  const trackId = reader.u32();
  reader.skip(4);
  const sampleDuration = reader.u32();
  reader.skip(4);
  return { trackId, sampleDuration, sampleFlags: reader.u32() };
}
