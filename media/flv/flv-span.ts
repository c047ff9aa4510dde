import type { ByteSource } from '../byte-source.ts';
import type { MeasuredSpan } from '../containers/measured-span.ts';
import { isFrame } from './frame-tag.ts';

const TAG_HEAD = 11;
/** The size of a tag follows it: Video File Format Specification 10.1, E.3. */
const SIZE_BYTES = 4;
/** Maximum number of tags to visit from the end: sound, scripts and leftovers may follow the last frame. */
const MAX_TAGS = 200;
const [AUDIO, VIDEO] = [8, 9];
const MAX_FIRST_BYTES = 1024 * 1024;

/**
 * Reads how long a Flash video lasts from the times of its first and last frames. Its metadata was often written before the
 * recording ended.
 *
 * @returns undefined for a file that does not end with a complete tag
 */
export async function readFlvSpan(source: ByteSource): Promise<MeasuredSpan | undefined> {
  const first = await firstTimeMs(source);
  let end = source.size;
  const last: Record<number, number> = {};
  for (let count = 0; count < MAX_TAGS && end > TAG_HEAD + SIZE_BYTES && last[VIDEO] === undefined; count += 1) {
    const size = unsigned(await source.read(end - SIZE_BYTES, SIZE_BYTES), 0, 4);
    const start = end - SIZE_BYTES - size;
    const head = await source.read(start, TAG_HEAD);
    if (start < 0 || size !== TAG_HEAD + unsigned(head, 1, 3)) return undefined;
    const type = (head[0] ?? 0) & 0x1f;
    last[type] = Math.max(last[type] ?? 0, timeMsOf(head));
    end = start;
  }
  const shown = last[VIDEO];
  if (first === undefined || shown === undefined || shown < first) return undefined;
  const endMs = Math.max(shown, last[AUDIO] ?? 0);
  return {
    startSeconds: 0,
    endSeconds: (endMs - first) / 1000,
    minSeconds: (shown - first) / 1000,
    // The clock of a recording may jump.
    maxSeconds: undefined,
  };
}

/** Bytes of a tag that tell frames from parameters. */
const KIND_BYTES = 2;

/** Reads the time of the first frame: parameters come before it, often at 0 in a recording that begins later. */
async function firstTimeMs(source: ByteSource): Promise<number | undefined> {
  let at = unsigned(await source.read(5, 4), 0, 4) + SIZE_BYTES;
  while (at < Math.min(source.size, MAX_FIRST_BYTES)) {
    const head = await source.read(at, TAG_HEAD);
    if (head.length < TAG_HEAD) return undefined;
    const type = (head[0] ?? 0) & 0x1f;
    const size = unsigned(head, 1, 3);
    if (type === VIDEO && size > 0 && isFrame(await source.read(at + TAG_HEAD, KIND_BYTES))) return timeMsOf(head);
    at += TAG_HEAD + size + SIZE_BYTES;
  }
  return undefined;
}

/** The fourth byte holds the highest bits: E.4.1. */
function timeMsOf(head: Uint8Array): number {
  return (head[7] ?? 0) * 2 ** 24 + unsigned(head, 4, 3);
}

function unsigned(bytes: Uint8Array, start: number, length: number): number {
  return bytes.subarray(start, start + length).reduce((value, byte) => value * 256 + byte, 0);
}
