import type { ByteSource } from '../byte-source.ts';
import { MAX_WHOLE_BYTES } from '../containers/parameter-ranges.ts';
import type { Gap, Part } from '../gaps/gap.ts';
import { readAhead } from '../read-ahead.ts';
import { MAX_PROBED_SAMPLES, mergeGaps } from './damaged-samples.ts';
import type { LoadedBox } from './box-tree.ts';
import { findRuns } from './find-runs.ts';
import type { MovieTrack } from './movie.ts';
import { type Chunk, listChunks } from './sample-chunks.ts';

/** Formats of sound whose bytes are the signal, so that nothing fails to decode. */
const UNCOMPRESSED: ReadonlySet<string> = new Set([
  'twos', 'sowt', 'raw ', 'NONE', 'in24', 'in32', 'fl32', 'fl64', 'lpcm', 'ipcm', 'fpcm', 'ulaw', 'alaw',
]);
/**
 * Formats in which zero bytes are a loud signal that never changes: silence is 0xff or 0xd5 (ITU-T G.711, tables 1 and 2).
 */
const WITHOUT_ZEROS: ReadonlySet<string> = new Set(['ulaw', 'alaw']);
/** Length of the parts of a chunk that are looked at one by one, seconds. */
const PART_SECONDS = 0.1;
/** Bytes of a part that may all be zero in a recording. */
const MAX_TINY_BYTES = 64;
/** Maximum number of parts, above a day of sound. */
const MAX_PARTS = 1_000_000;

/** Returns whether a track has sound that decodes whatever its bytes are. */
export function isUncompressedSound({ handler, sampleEntry }: MovieTrack): boolean {
  return handler === 'soun' && UNCOMPRESSED.has(sampleEntry?.format ?? '');
}

/**
 * Finds overwritten chunks of uncompressed sound in an unfragmented file. Zeros are damage in A-law and µ-law. In PCM they are
 * silence, unless the frame of the picture before or after the chunk in the file is damaged; a chunk between two damaged
 * frames is damaged whatever it holds. Plan: neither encoder reports such damage.
 *
 * @param picture bytes of the damaged frames
 * @returns damaged parts by decoding time, in seconds from the track's first sample
 * @throws IsobmffError `field_beyond_box`
 */
export async function findDamagedChunks(file: ByteSource, track: MovieTrack, picture: readonly Part[]): Promise<readonly Gap[]> {
  const { sampleTable, sampleEntry, samples, span, timescale } = track;
  if (sampleTable === undefined || samples === 0 || span === undefined || span.endTicks === 0) return [];
  const trackSeconds = span.endTicks / timescale;
  const parts = [...listParts(sampleTable, Math.ceil((samples / trackSeconds) * PART_SECONDS))];
  const isSmall = file.size <= MAX_WHOLE_BYTES;
  const source = isSmall ? readAhead(file) : file;
  const [starts, ends] = [new Set(picture.map(({ start }) => start)), new Set(picture.map(({ end }) => end))];
  const isZeroDamage = WITHOUT_ZEROS.has(sampleEntry?.format ?? '');
  const isDamaged = async (index: number): Promise<boolean> => {
    const part = parts[index];
    if (part === undefined) return false;
    const neighbors = Number(ends.has(part.chunk.offset)) + Number(starts.has(part.chunk.offset + part.chunk.size));
    if (part.chunk.offset + part.chunk.size > file.size || neighbors === 2) return true;
    if ((!isZeroDamage && neighbors === 0) || part.size <= MAX_TINY_BYTES) return false;
    const bytes = await source.read(part.offset, part.size);
    return bytes.every((byte) => byte === 0);
  };
  const runs = await findRuns(parts.length, isSmall ? parts.length : MAX_PROBED_SAMPLES, isDamaged);
  const timeOf = (index: number): number => ((parts[index]?.first ?? samples) / samples) * trackSeconds;
  return mergeGaps(runs.map(({ first, end }) => ({ startSeconds: timeOf(first), endSeconds: timeOf(end) })));
}

interface ChunkPart extends Omit<Chunk, 'count' | 'entry'> {
  readonly chunk: Chunk;
}

function* listParts(sampleTable: LoadedBox, samplesPerPart: number): Generator<ChunkPart, void> {
  let parts = 0;
  for (const chunk of listChunks(sampleTable)) {
    const sampleBytes = chunk.size / chunk.count;
    for (let sample = 0; sample < chunk.count && parts < MAX_PARTS; sample += samplesPerPart) {
      const count = Math.min(samplesPerPart, chunk.count - sample);
      parts += 1;
      yield { chunk, offset: chunk.offset + Math.floor(sample * sampleBytes), size: Math.floor(count * sampleBytes), first: chunk.first + sample };
    }
  }
}
