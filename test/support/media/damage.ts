/** Share of a file, from its start and of its size. */
export interface DamagedShare {
  readonly from: number;
  readonly size: number;
}

export const THE_MIDDLE: DamagedShare = { from: 1 / 3, size: 1 / 6 };

/** Overwrites part of a file with zero bytes. */
export function withZeros(file: Buffer, share = THE_MIDDLE): Buffer {
  const [start, end] = rangeOf(file, share);
  return Buffer.from(file).fill(0, start, end);
}

/** Overwrites part of a file with the same arbitrary bytes each time. */
export function withNoise(file: Buffer, share = THE_MIDDLE): Buffer {
  const [start, end] = rangeOf(file, share);
  const damaged = Buffer.from(file);
  let state = 1;
  for (let at = start; at < end; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    damaged[at] = state >>> 24;
  }
  return damaged;
}

/** Removes part of a file. */
export function withoutPart(file: Buffer, share = THE_MIDDLE): Buffer {
  const [start, end] = rangeOf(file, share);
  return Buffer.concat([file.subarray(0, start), file.subarray(end)]);
}

function rangeOf({ length }: Buffer, { from, size }: DamagedShare): readonly [number, number] {
  const start = Math.floor(length * from);
  return [start, Math.min(length, start + Math.floor(length * size))];
}

/** Overwrites the sizes of an MP4's first or second track with 0, from a third to half of its samples. */
export function withoutSizes(bytes: Buffer, track: 0 | 1 = 0): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf('stsz', track === 0 ? 0 : copy.indexOf('stsz') + 4);
  const count = copy.readUInt32BE(at + 12);
  return copy.fill(0, at + 16 + 4 * Math.floor(count / 3), at + 16 + 4 * Math.floor(count / 2));
}

/** Overwrites the middle entry of a table of an MP4's first or second track, an offset or a size. */
export function withTableEntry(bytes: Buffer, type: 'stco' | 'stsz', track: 0 | 1, value: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(type, track === 0 ? 0 : copy.indexOf(type) + 4);
  const head = type === 'stsz' ? 16 : 12;
  const count = copy.readUInt32BE(at + head - 4);
  copy.writeUInt32BE(value, at + head + 4 * Math.floor(count / 2));
  return copy;
}
