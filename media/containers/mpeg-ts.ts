import { asfGuid } from './asf-guid.ts';

/** Sample entries of encrypted tracks: ISO/IEC 14496-12:2022, 8.12, and those of the iTunes store. */
const PROTECTED_ENTRIES: ReadonlySet<string> = new Set(['encv', 'enca', 'drmi', 'drms']);

export function isProtectedEntry(format: string): boolean {
  return PROTECTED_ENTRIES.has(format);
}

/** Objects in the header that say so: ASF Specification 01.20.03, 3.14 and 3.15, and that of later players. */
const ASF_ENCRYPTION = [
  asfGuid('2211B3FB-BD23-11D2-B4B7-00A0C955FC6E'),
  asfGuid('298AE614-2622-4C17-B935-DAE07EE9289C'),
  asfGuid('43058533-6981-49E6-9B74-AD12CB86D58C'),
];

/** @param head the first bytes of a Windows Media file, its header among them */
export function isProtectedAsf(head: Buffer): boolean {
  return ASF_ENCRYPTION.some((guid) => head.includes(guid));
}

const SYNC_BYTE = 0x47;
const NULL_PACKET = 0x1fff;

/**
 * Whether most packets of a transport stream are scrambled (`transport_scrambling_control`, ISO/IEC 13818-1, 2.4.3.3).
 *
 * @param head the first bytes of the stream
 * @param packets where they lie
 */
export function isScrambled(head: Uint8Array, packets: { readonly first: number; readonly packetBytes: number }): boolean {
  let counted = 0;
  let scrambled = 0;
  for (let at = packets.first; at + 4 <= head.length && head[at] === SYNC_BYTE; at += packets.packetBytes) {
    const packetId = ((head[at + 1] ?? 0) & 0x1f) * 256 + (head[at + 2] ?? 0);
    if (packetId === NULL_PACKET) continue;
    counted += 1;
    if (((head[at + 3] ?? 0) & 0xc0) !== 0) scrambled += 1;
  }
  return scrambled * 2 > counted;
}
