/** Lists the parameter sets of ISO/IEC 14496-15:2022, 8.3.3.1. */
export function* hevcParameterSets(record: Uint8Array): Generator<Uint8Array, void> {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  let at = 23;
  for (let arrays = record[22] ?? 0; arrays > 0 && at + 3 <= record.length; arrays -= 1) {
    let units = view.getUint16(at + 1);
    at += 3;
    for (; units > 0 && at + 2 <= record.length; units -= 1) {
      const length = view.getUint16(at);
      yield record.subarray(at + 2, at + 2 + length);
      at += 2 + length;
    }
  }
}
