/** Triplets of `cc_data` without text: both fields of CEA-608, and no CEA-708. */
export const SILENCE = [0xfc, 0x80, 0x80, 0xfd, 0x80, 0x80, 0xfa, 0x00, 0x00];
/** "Hi" in the first field of CEA-608, with parity. */
export const TEXT = [0xfc, 0xc8, 0xe9, 0xfd, 0x80, 0x80, 0xfa, 0x00, 0x00];

/** Writes the identifier of caption data and its triplets: ATSC A/53, Part 4, 6.2.3. */
export function captionData(triplets: readonly number[]): Buffer {
  return Buffer.from([...Buffer.from('GA94'), 0x03, 0x40 | (triplets.length / 3), 0xff, ...triplets, 0xff]);
}

/** Writes an SEI unit of H.264 with caption data: ITU-T H.264, D.1.6. */
export function captionUnit(triplets: readonly number[]): Buffer {
  const payload = Buffer.concat([Buffer.from('b50031', 'hex'), captionData(triplets)]);
  return Buffer.concat([Buffer.from([0, 0, 0, 1, 0x06, 0x04, payload.length]), payload, Buffer.from([0x80])]);
}

/** Inserts a unit before each slice of an H.264 byte stream. */
export function withUnits(stream: Buffer, unit: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = stream.indexOf('000001', 0, 'hex'); at >= 0; at = stream.indexOf('000001', at + 3, 'hex')) {
    const type = (stream[at + 3] ?? 0) & 0x1f;
    if (type !== 1 && type !== 5) continue;
    const start = stream[at - 1] === 0 ? at - 1 : at;
    parts.push(stream.subarray(from, start), unit);
    from = start;
  }
  return Buffer.concat([...parts, stream.subarray(from)]);
}
