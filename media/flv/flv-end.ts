import type { ByteSource } from '../byte-source.ts';
import { parseScriptData } from './script-data.ts';

const TAG_HEAD = 11;
/** Bytes after each tag that repeat its size; the last ones hold no media. */
const SIZE_BYTES = 4;
const TAG_TYPES: ReadonlySet<number> = new Set([8, 9, 18]);
/** Bytes that hold the first tag, the metadata; a table of key frames after the numbers may be longer. */
const BYTES_READ = 64 * 1024;
/** Maximum time from the start of the last tag to the stated duration, seconds: a frame of a slow video. */
const LAST_FRAME_SECONDS = 2;

/**
 * Returns the end that a Flash video's metadata declares, `filesize` and `duration` of `onMetaData`: Video File Format
 * Specification 10.1, E.5. Plan. Editors may leave an old size in place, so it counts only if the file ends inside a tag or
 * long before its duration.
 *
 * @returns undefined if the file ends after a complete tag, and for recordings without metadata
 */
export async function flvEnd(source: ByteSource): Promise<number | undefined> {
  const head = await source.read(0, BYTES_READ);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const at = head.length < 9 ? head.length : view.getUint32(5) + 4;
  if (at + TAG_HEAD > head.length) return undefined;
  const { filesize = 0, duration = 0 } = parseScriptData(head.subarray(at + TAG_HEAD));
  if (filesize <= source.size + SIZE_BYTES) return undefined;
  const lastSeconds = await lastTagSeconds(source);
  return lastSeconds === undefined || lastSeconds < duration - LAST_FRAME_SECONDS ? filesize : undefined;
}

/** Returns the time of the last tag, whose size follows it: E.3. @returns undefined if the file ends inside a tag */
async function lastTagSeconds(source: ByteSource): Promise<number | undefined> {
  const length = readUint32(await source.read(source.size - SIZE_BYTES, SIZE_BYTES));
  const start = source.size - SIZE_BYTES - length;
  if (length < TAG_HEAD || start < 0) return undefined;
  const tag = await source.read(start, TAG_HEAD);
  const isTag = TAG_TYPES.has((tag[0] ?? 0) & 0x1f) && (readUint32(tag) & 0xff_ff_ff) + TAG_HEAD === length;
  // The fourth byte of the time holds its highest bits: E.4.1.
  return isTag ? ((tag[7] ?? 0) * 2 ** 24 + (readUint32(tag.subarray(4)) >>> 8)) / 1000 : undefined;
}

function readUint32(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}
