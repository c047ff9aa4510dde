import { concatBytes, fourCc, u32 } from '../byte-writer.ts';

/** Writes a box with a 32-bit size: ISO/IEC 14496-12:2022, 4.2.2. */
export function writeBox(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(content);
  return concatBytes([u32(body.length + 8), fourCc(type), body]);
}

/** Writes a box with a version and flags: ISO/IEC 14496-12:2022, 4.2.2. */
export function writeFullBox(type: string, version: number, flags: number, ...content: readonly Uint8Array[]): Uint8Array {
  return writeBox(type, u32(version * 0x100_0000 + flags), ...content);
}
