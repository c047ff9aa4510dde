import type { ByteSource } from '../byte-source.ts';

/** Maximum size of the list of streams, which precedes the media; it may include an index. */
const MAX_HEADER_BYTES = 256 * 1024;
const LIST_HEAD_BYTES = 12;
const CHUNK_HEAD_BYTES = 8;

/** A stream of an AVI, as its header describes it. */
export interface RiffStream {
  /** `vids`, `auds`, `txts` or `mids`. */
  readonly type: string;
  /** Code of the codec, such as `H264`. */
  readonly handler: string;
}

/** Lists the streams of an AVI: `RIFF('AVI ' LIST('hdrl' avih LIST('strl' strh …) …) …)`, by the AVIMAINHEADER documentation. */
export async function readRiffStreams(source: ByteSource): Promise<readonly RiffStream[]> {
  const bytes = await source.read(0, MAX_HEADER_BYTES);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [header] = listsIn(data.subarray(LIST_HEAD_BYTES), 'hdrl');
  return (header === undefined ? [] : listsIn(header, 'strl')).flatMap((list) => {
    const isHeader = list.toString('latin1', 0, 4) === 'strh' && list.length >= 16;
    return isHeader ? [{ type: list.toString('latin1', 8, 12), handler: list.toString('latin1', 12, 16) }] : [];
  });
}

/** Returns the content of each list of a kind, clipped to the bytes in memory. */
function listsIn(data: Buffer, kind: string): Buffer[] {
  const lists: Buffer[] = [];
  for (let at = 0; at + LIST_HEAD_BYTES <= data.length;) {
    const size = data.readUInt32LE(at + 4);
    const isWanted = data.toString('latin1', at, at + 4) === 'LIST' && data.toString('latin1', at + 8, at + 12) === kind;
    if (isWanted) lists.push(data.subarray(at + LIST_HEAD_BYTES, at + CHUNK_HEAD_BYTES + size));
    // Chunks begin at even offsets.
    at += CHUNK_HEAD_BYTES + size + (size % 2);
  }
  return lists;
}
