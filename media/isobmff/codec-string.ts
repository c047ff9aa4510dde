import { type LoadedBox, readerOf } from './box-tree.ts';
import { esdsObjectType } from './esds.ts';

/**
 * Writes the `codecs` parameter of RFC 6381 for a video sample entry.
 *
 * @param children boxes of the sample entry, the codec's configuration among them
 * @returns undefined for an unknown codec or configuration
 */
export function videoCodecString(format: string, children: readonly LoadedBox[]): string | undefined {
  const configuration = (type: string): LoadedBox | undefined => children.find((box) => box.type === type);
  switch (format) {
    case 'avc1':
    case 'avc3':
      return avc(format, configuration('avcC'));
    case 'hvc1':
    case 'hev1':
      return hevc(format, configuration('hvcC'));
    case 'av01':
      return av1(configuration('av1C'));
    case 'vp09':
      return vp9(configuration('vpcC'));
    case 'mp4v':
      return 'mp4v.20';
    default:
      return undefined;
  }
}

/** Writes the `codecs` parameter of RFC 6381 for an audio sample entry. */
export function audioCodecString(format: string, children: readonly LoadedBox[]): string | undefined {
  switch (format) {
    case 'mp4a': {
      const esds = children.find((box) => box.type === 'esds');
      return esds === undefined ? undefined : esdsObjectType(esds);
    }
    case 'Opus':
      return 'opus';
    case 'ac-3':
    case 'ec-3':
      return format;
    case 'fLaC':
      return 'flac';
    case '.mp3':
      return 'mp4a.6b';
    default:
      return undefined;
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function decimal(value: number): string {
  return String(value).padStart(2, '0');
}

/** Reads ISO/IEC 14496-15:2022, 5.3.3.1: profile, compatibility and level follow the version. */
function avc(format: string, box: LoadedBox | undefined): string | undefined {
  if (box === undefined) return undefined;
  const reader = readerOf(box);
  reader.skip(1);
  return `${format}.${hex(reader.u24(), 6)}`;
}

/** Reads ISO/IEC 14496-15:2022, 8.3.3.1, and writes Annex E.3. */
function hevc(format: string, box: LoadedBox | undefined): string | undefined {
  if (box === undefined) return undefined;
  const reader = readerOf(box);
  reader.skip(1);
  const profile = reader.u8();
  const compatibility = reader.u32();
  const constraints = Array.from(reader.bytes(6));
  const level = reader.u8();
  const space = ['', 'A', 'B', 'C'][profile >> 6] ?? '';
  const tier = (profile & 0x20) === 0 ? 'L' : 'H';
  while (constraints.at(-1) === 0) constraints.pop();
  const parts = [`${space}${profile & 31}`, reversedBits(compatibility).toString(16), `${tier}${level}`];
  return [format, ...parts, ...constraints.map((byte) => byte.toString(16))].join('.');
}

function reversedBits(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit += 1) reversed = reversed * 2 + ((value >>> bit) & 1);
  return reversed;
}

/** Follows AV1 Codec ISO Media File Format Binding 1.2, section 5. */
function av1(box: LoadedBox | undefined): string | undefined {
  if (box === undefined) return undefined;
  const reader = readerOf(box);
  reader.skip(1);
  const profileAndLevel = reader.u8();
  const flags = reader.u8();
  const level = decimal(profileAndLevel & 31);
  const tier = (flags & 0x80) === 0 ? 'M' : 'H';
  const depth = (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12;
  return `av01.${profileAndLevel >> 5}.${level}${tier}.${decimal(depth)}`;
}

/** Follows VP Codec ISO Media File Format Binding 1.0, "Codecs Parameter String". */
function vp9(box: LoadedBox | undefined): string | undefined {
  if (box === undefined) return undefined;
  const reader = readerOf(box);
  reader.fullBox();
  const profile = reader.u8();
  const level = reader.u8();
  return `vp09.${decimal(profile)}.${decimal(level)}.${decimal(reader.u8() >> 4)}`;
}
