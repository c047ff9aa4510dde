import type { ByteSource } from '../byte-source.ts';
import type { Sample } from './key-samples.ts';
import type { SampleRun } from './outside-samples.ts';

/** Maximum number of runs that are looked at. */
const MAX_RUNS = 256;

/**
 * Finds samples between others that are empty by the table of sizes although they should not be. Sound has none. An empty frame
 * of the picture repeats the one before it, unless a unit of H.264 or H.265 stands in its place, up to the next chunk.
 *
 * @param samples all samples of a track, empty ones included
 * @param unitBytes size of the length before each unit; undefined for sound
 */
export async function findEmptied(source: ByteSource, samples: readonly Sample[], unitBytes: number | undefined): Promise<SampleRun[]> {
  const runs: SampleRun[] = [];
  for (const run of emptyRuns(samples).slice(0, MAX_RUNS)) {
    if (unitBytes === undefined || (await hasUnit(source, samples, run, unitBytes))) runs.push(run);
  }
  return runs;
}

function emptyRuns(samples: readonly Sample[]): SampleRun[] {
  const runs: SampleRun[] = [];
  let first: number | undefined;
  for (const [index, { size }] of samples.entries()) {
    if (size === 0) first ??= index;
    else {
      // Those before the first sample with content, and after the last one, are not between others.
      if (first !== undefined && first > 0) runs.push({ first, end: index });
      first = undefined;
    }
  }
  return runs;
}

async function hasUnit(source: ByteSource, samples: readonly Sample[], { first, end }: SampleRun, unitBytes: number): Promise<boolean> {
  const [empty, next] = [samples[first], samples[end]];
  const room = (next?.offset ?? 0) - (empty?.offset ?? 0);
  if (empty === undefined || room <= unitBytes) return false;
  const bytes = await source.read(empty.offset, unitBytes + 1);
  const length = bytes.subarray(0, unitBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  // The first bit of a unit is 0: ITU-T H.264, 7.4.1; H.265, 7.4.2.2.
  return length > 0 && length <= room - unitBytes && ((bytes[unitBytes] ?? 0xff) & 0x80) === 0;
}
