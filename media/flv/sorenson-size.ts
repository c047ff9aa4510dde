import { BitReader } from '../avc/bit-reader.ts';
import type { Size } from '../display-size.ts';

const NAMED_SIZES: Readonly<Record<number, readonly [number, number]>> = {
  2: [352, 288], 3: [176, 144], 4: [128, 96], 5: [320, 240], 6: [160, 120],
};

/**
 * Reads the frame size of Sorenson's H.263: Video File Format Specification 10.1, E.4.3.1, H263VIDEOPACKET.
 *
 * @param packet without the byte that names the codec
 * @returns undefined if the packet states none
 */
export function sorensonSize(packet: Uint8Array): Size | undefined {
  const reader = new BitReader(packet);
  if (reader.bits(17) !== 1) return undefined;
  reader.bits(13);
  const kind = reader.bits(3);
  const bits = kind === 0 ? 8 : 16;
  const [width = 0, height = 0] = kind > 1 ? (NAMED_SIZES[kind] ?? []) : [reader.bits(bits), reader.bits(bits)];
  return width > 0 && height > 0 ? { width, height } : undefined;
}
