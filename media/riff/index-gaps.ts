import type { ByteSource } from '../byte-source.ts';
import { trackAt, type TrackPlace } from '../containers/choose-video.ts';
import type { Gap } from '../gaps/gap.ts';
import { MAX_WHOLE_BYTES } from '../gaps/read-parts.ts';
import { readAhead } from '../read-ahead.ts';
import { type AviStream, CHUNK_HEAD, idAt, readAviHead } from './avi-head.ts';
import { type IndexedChunk, readAviIndex } from './avi-index.ts';
import { findChainGaps } from './chain-gaps.ts';

/** Number of chunks of a large file that are compared with its index, before searches for the edges of damage. */
const SAMPLES = 256;
/** Maximum number of broken parts whose edges are searched. */
const MAX_SEARCHES = 24;

/** Minimum time without a picture that viewers notice, seconds. */
const MIN_LATE_SECONDS = 0.1;

/** Chunks from `first` up to `end` in the order of the file. */
interface BrokenRun {
  readonly first: number;
  readonly end: number;
}

/**
 * Finds damaged parts of an AVI: chunks that are not where its index says. Without an index, it finds where the chain of
 * chunks breaks.
 *
 * @param place position of the video among the video streams
 */
export async function findIndexGaps(source: ByteSource, place: TrackPlace): Promise<readonly Gap[]> {
  const head = await readAviHead(source);
  const video = trackAt(head.streams.filter(({ isVideo }) => isVideo), place);
  if (video === undefined) return [];
  const chunks = await readAviIndex(source, head);
  if (chunks === undefined) return findChainGaps(source, head, video);
  return [...findLateStart(chunks, video), ...(await findBrokenParts(source, chunks, video))];
}

/** Finds the frames before the first key frame, which no decoder shows. */
function findLateStart(chunks: readonly IndexedChunk[], { number, frameSeconds }: AviStream): Gap[] {
  const frames = chunks.filter(({ id }) => id.startsWith(String(number).padStart(2, '0')));
  const endSeconds = frames.findIndex(({ isKey, size }) => isKey && size > 0) * frameSeconds;
  return endSeconds >= MIN_LATE_SECONDS ? [{ startSeconds: 0, endSeconds, kind: 'picture' }] : [];
}

async function findBrokenParts(source: ByteSource, chunks: readonly IndexedChunk[], video: AviStream): Promise<readonly Gap[]> {
  // Frames without content repeat the one before; some programs write no chunk for them.
  const filled = chunks.flatMap(({ size }, position) => (size > 0 ? [position] : []));
  const isLarge = source.size > MAX_WHOLE_BYTES;
  const reader = isLarge ? source : readAhead(source);
  const step = isLarge ? Math.max(1, Math.ceil(filled.length / SAMPLES)) : 1;
  const runs = await findBrokenRuns(filled.length, step, (index) => isAt(reader, chunks[filled[index] ?? 0]));
  // An index of which nothing fits was written with other offsets.
  if (runs[0]?.first === 0 && runs[0].end >= filled.length) return [];
  const times = frameTimes(chunks, video);
  const timeAt = (index: number): number => times[filled[index] ?? chunks.length] ?? 0;
  // The chunk before may be damaged, too: only its head was read.
  return runs.map(({ first, end }) => ({ startSeconds: timeAt(Math.max(0, first - 1)), endSeconds: timeAt(end) }));
}

async function isAt(source: ByteSource, chunk: IndexedChunk | undefined): Promise<boolean> {
  if (chunk === undefined) return false;
  const head = Buffer.from(await source.read(chunk.offset, CHUNK_HEAD));
  return head.length === CHUNK_HEAD && idAt(head, 0) === chunk.id && head.readUInt32LE(4) === chunk.size;
}

/** Finds runs of broken chunks among every `step`th, and their edges between. */
async function findBrokenRuns(
  count: number,
  step: number,
  isIntact: (index: number) => Promise<boolean>,
): Promise<readonly BrokenRun[]> {
  const runs: BrokenRun[] = [];
  let searches = step === 1 ? 0 : MAX_SEARCHES * 2;
  /** Returns the first index with the state of `there`, between one without and `there`. */
  const searchEdge = async (without: number, there: number, wanted: boolean): Promise<number> => {
    let [low, high] = [without, there];
    if (searches <= 0) return high;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((await isIntact(middle)) === wanted) high = middle;
      else low = middle;
    }
    searches -= 1;
    return high;
  };
  let first: number | undefined;
  for (let index = 0; index < count; index += step) {
    const intact = await isIntact(index);
    if (!intact && first === undefined) first = index === 0 ? 0 : await searchEdge(index - step, index, false);
    if (intact && first !== undefined) {
      runs.push({ first, end: await searchEdge(index - step, index, true) });
      first = undefined;
    }
  }
  if (first !== undefined) runs.push({ first, end: count });
  return runs;
}

/** Returns the time of each chunk, and the end of the last: that of the video frame before which it stands, seconds. */
function frameTimes(chunks: readonly IndexedChunk[], { number, frameSeconds }: AviStream): readonly number[] {
  const prefix = String(number).padStart(2, '0');
  const times: number[] = [];
  let frames = 0;
  for (const { id } of chunks) {
    times.push(frames * frameSeconds);
    if (id.startsWith(prefix)) frames += 1;
  }
  return [...times, frames * frameSeconds];
}
