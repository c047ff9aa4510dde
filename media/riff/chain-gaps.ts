import type { ByteSource } from '../byte-source.ts';
import { collectGaps } from '../gaps/collect-gaps.ts';
import type { Gap, MarkList } from '../gaps/gap.ts';
import { MAX_WHOLE_BYTES } from '../gaps/read-parts.ts';
import { walkUnits } from '../gaps/walk-units.ts';
import { type AviHead, type AviStream, CHUNK_HEAD, idAt } from './avi-head.ts';
import { MEDIA_CHUNK } from './avi-index.ts';

const TYPE_BYTES = 4;
const OTHER_CHUNK = /^(?:JUNK|ix\d\d|idx1|RIFF|LIST|\d\dpc|\d\dtx)$/;
/** Bytes that show a chunk and the head of the next one; a longer chunk is found by those that follow. */
const HEAD_BYTES = 256 * 1024;

/**
 * Finds where the chain of chunks breaks in an AVI without an index, of up to 128 MiB. Chunks have no times, so how many
 * frames are missing is unknown.
 */
export async function findChainGaps(source: ByteSource, { media }: AviHead, video: AviStream): Promise<readonly Gap[]> {
  if (media === undefined || source.size > MAX_WHOLE_BYTES) return [];
  const prefix = String(video.number).padStart(2, '0');
  let frames = 0;
  const read = async (bytes: ByteSource, at: number, list: MarkList): Promise<number | undefined> => {
    const head = Buffer.from(await bytes.read(at, CHUNK_HEAD));
    const next = nextChunk(head, 0);
    if (next === undefined || at + next > source.size + 1) return undefined;
    if (idAt(head, 0).startsWith(prefix)) {
      list.time(video.number, frames * video.frameSeconds);
      frames += 1;
    }
    return at + next;
  };
  const first = media + TYPE_BYTES;
  const readMarks = walkUnits(source, { read, find: findChunk, headBytes: HEAD_BYTES, first });
  const gaps = collectGaps([await readMarks({ start: first, end: source.size })], {});
  return gaps.map((gap) => ({ ...gap, endSeconds: undefined }));
}

/** Finds a chunk of media that another chunk follows. */
function findChunk(bytes: Buffer): number | undefined {
  for (let at = 0; at + CHUNK_HEAD <= bytes.length; at += 1) {
    if (!MEDIA_CHUNK.test(idAt(bytes, at))) continue;
    const next = nextChunk(bytes, at);
    if (next !== undefined && at + next + CHUNK_HEAD <= bytes.length && nextChunk(bytes, at + next) !== undefined) return at;
  }
  return undefined;
}

/** Returns the distance from a chunk's head to the next one; undefined for anything else. Lists are entered. */
function nextChunk(bytes: Buffer, at: number): number | undefined {
  if (at + CHUNK_HEAD > bytes.length) return undefined;
  const [id, size] = [idAt(bytes, at), bytes.readUInt32LE(at + 4)];
  if (!MEDIA_CHUNK.test(id) && !OTHER_CHUNK.test(id)) return undefined;
  return id === 'LIST' || id === 'RIFF' ? CHUNK_HEAD + TYPE_BYTES : CHUNK_HEAD + size + (size % 2);
}
