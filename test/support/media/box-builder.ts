/** Writes a box; `claimedSize` replaces its true size. */
export function box(type: string, content: Uint8Array | readonly Uint8Array[] = [], claimedSize?: number): Buffer {
  const body = Buffer.concat(content instanceof Uint8Array ? [content] : content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(claimedSize ?? body.length + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

const FTYP = box('ftyp', Buffer.from('isom\0\0\0\0isom', 'latin1'));

interface VideoTrack {
  readonly timescale?: number;
  /** Values a, b, u, c, d, v, x, y, w of the track header. */
  readonly matrix?: readonly number[];
  /** Content of `stts` after version and flags. */
  readonly stts?: Uint8Array;
  readonly stsd?: Uint8Array;
}

const UPRIGHT = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

export function trak({ timescale = 600, matrix = UPRIGHT, stts, stsd }: VideoTrack = {}): Buffer {
  const tkhd = box('tkhd', [u32(1, 0, 0, 1, 0, 0, 0, 0, 0, 0), u32(...matrix.map((value) => value >>> 0)), u32(0, 0)]);
  const mdhd = box('mdhd', [u32(0, 0, 0, timescale, 600), u16(0x15c7, 0)]);
  const hdlr = box('hdlr', [u32(0, 0), Buffer.from('vide'), u32(0, 0, 0), Buffer.alloc(1)]);
  const stbl = box('stbl', [
    box('stsd', stsd ?? u32(0, 0)),
    box('stts', [u32(0), stts ?? u32(0)]),
  ]);
  return box('trak', [tkhd, box('mdia', [mdhd, hdlr, box('minf', stbl)])]);
}

/** @param first values of the matrix of the movie header, or its first child */
export function movie(first: readonly number[] | Uint8Array = UPRIGHT, ...others: readonly Uint8Array[]): Buffer {
  const [matrix, children] = first instanceof Uint8Array ? [UPRIGHT, [first, ...others]] : [first, others];
  const mvhd = box('mvhd', [u32(0, 0, 0, 1000, 5000), Buffer.alloc(16), u32(...matrix.map((value) => value >>> 0)), Buffer.alloc(28)]);
  return Buffer.concat([FTYP, box('moov', [mvhd, ...children])]);
}
