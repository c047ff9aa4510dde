/** Numbers of an `onMetaData` object by name. */
export interface FlvMetadata {
  readonly [name: string]: number;
}

/** Length of each kind of value after its marker, bytes; kinds left out state their length. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 0: 8, 1: 1, 5: 0, 6: 0, 7: 2, 11: 10 };
const [NUMBER, STRING, OBJECT, ECMA_ARRAY, LONG_STRING] = [0, 2, 3, 8, 12];

/**
 * Reads the numbers of the `onMetaData` object: Video File Format Specification 10.1, E.4.4 and E.5. Stops at a value of
 * an unusual kind, such as the table of key frames.
 *
 * @param data content of a script tag
 */
export function parseScriptData(data: Uint8Array): FlvMetadata {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const numbers: Record<string, number> = {};
  if (
    bytes.length < 16 ||
    bytes[0] !== STRING ||
    bytes.toString('latin1', 3, 3 + bytes.readUInt16BE(1)) !== 'onMetaData'
  )
    return numbers;
  let at = 3 + bytes.readUInt16BE(1);
  const kind = bytes[at];
  if (kind !== OBJECT && kind !== ECMA_ARRAY) return numbers;
  at += kind === OBJECT ? 1 : 5;
  while (at + 3 < bytes.length) {
    const nameEnd = at + 2 + bytes.readUInt16BE(at);
    if (nameEnd >= bytes.length) break;
    const name = bytes.toString('latin1', at + 2, nameEnd);
    const marker = bytes[nameEnd] ?? -1;
    const valueAt = nameEnd + 1;
    const size = sizeOf(bytes, marker, valueAt);
    if (size === undefined || valueAt + size > bytes.length) break;
    if (marker === NUMBER) numbers[name] = bytes.readDoubleBE(valueAt);
    at = valueAt + size;
  }
  return numbers;
}

function sizeOf(bytes: Buffer, marker: number, at: number): number | undefined {
  if (marker === STRING) return at + 2 > bytes.length ? undefined : 2 + bytes.readUInt16BE(at);
  if (marker === LONG_STRING) return at + 4 > bytes.length ? undefined : 4 + bytes.readUInt32BE(at);
  return FIXED_BYTES[marker];
}
