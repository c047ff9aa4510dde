/** Lists the sequence parameter sets and then the picture parameter sets of ISO/IEC 14496-15:2022, 5.3.3.1. */
export function* avcParameterSets(record: Uint8Array): Generator<Uint8Array, void> {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  let at = 5;
  // Each kind begins with its number, that of the sequence parameter sets in five bits.
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & mask;
    at += 1;
    for (let unit = 0; unit < count && at + 2 <= record.length; unit += 1) {
      const length = view.getUint16(at);
      yield record.subarray(at + 2, at + 2 + length);
      at += 2 + length;
    }
  }
}
