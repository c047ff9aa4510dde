import { u32 } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';

/** Defaults for the samples of a track's fragments, which `tfhd` and `trun` may override. */
export interface TrackDefaults {
  readonly trackId: number;
  /** Number of the sample entry, from 1. */
  readonly sampleEntry: number;
  /** Ticks. */
  readonly sampleDuration: number;
  /** Bytes. */
  readonly sampleSize: number;
  readonly sampleFlags: number;
}

/** Reads ISO/IEC 14496-12:2022, 8.8.3 Track Extends Box. */
export function parseTrex(box: LoadedBox): TrackDefaults {
  const reader = readerOf(box);
  reader.fullBox();
  const trackId = reader.u32();
  const sampleEntry = reader.u32();
  const sampleDuration = reader.u32();
  const sampleSize = reader.u32();
  return { trackId, sampleEntry, sampleDuration, sampleSize, sampleFlags: reader.u32() };
}

/** Writes ISO/IEC 14496-12:2022, 8.8.3 Track Extends Box. */
export function writeTrex(defaults: TrackDefaults): Uint8Array {
  const { trackId, sampleEntry, sampleDuration, sampleSize, sampleFlags } = defaults;
  return writeFullBox('trex', 0, 0, u32(trackId, sampleEntry, sampleDuration, sampleSize, sampleFlags));
}
