import { type LoadedBox, readerOf } from './box-tree.ts';

/**
 * Reads ISO/IEC 14496-12:2022, 8.6.2 Sync Sample Box.
 *
 * @returns 1 for each sync sample, else 0
 * @throws IsobmffError `field_beyond_box`
 */
export function readSyncSamples(box: LoadedBox, sampleCount: number): Uint8Array {
  const reader = readerOf(box);
  reader.fullBox();
  const keys = new Uint8Array(sampleCount);
  for (let entries = reader.u32(); entries > 0; entries -= 1) {
    // Numbers count from 1; one beyond the track has no effect.
    keys[reader.u32() - 1] = 1;
  }
  return keys;
}
