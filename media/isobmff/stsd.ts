import { type LoadedBox, boxesIn, readerOf } from './box-tree.ts';
import { audioCodecString, videoCodecString } from './codec-string.ts';
import { parsePasp, type PixelAspect } from './pasp.ts';

export interface SampleEntry {
  /** Type of the entry, such as `avc1` or `mp4a`. */
  readonly format: string;
  /** `codecs` parameter of RFC 6381; undefined for an unknown codec. */
  readonly codec: string | undefined;
  readonly video?: {
    /** Stored pixels. */
    readonly width: number;
    readonly height: number;
    readonly pixelAspect: PixelAspect;
  };
  readonly audio?: {
    readonly channels: number;
    /** Sampling rate, Hz. */
    readonly sampleRate: number;
  };
}

/** Types of encrypted tracks: ISO/IEC 14496-12:2022, 8.12, and those of the iTunes store. */
const PROTECTED_FORMATS: ReadonlySet<string> = new Set(['encv', 'enca', 'drmi', 'drms']);

/** Returns whether a track is encrypted. */
export function isProtectedEntry({ format }: SampleEntry): boolean {
  return PROTECTED_FORMATS.has(format);
}

/**
 * Reads the first entry of a Sample Description Box: ISO/IEC 14496-12:2022, 8.5.2, 12.1.3 (visual) and 12.2.3 (audio).
 *
 * @returns undefined for an empty box
 */
export function parseStsd(box: LoadedBox, handler: string): SampleEntry | undefined {
  const [entry] = boxesIn(box, 8);
  if (entry === undefined) return undefined;
  if (handler === 'vide') return visualEntry(entry);
  return handler === 'soun' ? audioEntry(entry) : { format: entry.type, codec: undefined };
}

function visualEntry(entry: LoadedBox): SampleEntry {
  const reader = readerOf(entry);
  reader.skip(24);
  const width = reader.u16();
  const height = reader.u16();
  reader.skip(50);
  const children = boxesIn(entry, reader.position);
  const pasp = children.find(({ type }) => type === 'pasp');
  const pixelAspect = pasp === undefined ? { horizontal: 1, vertical: 1 } : parsePasp(pasp);
  return { format: entry.type, codec: videoCodecString(entry.type, children), video: { width, height, pixelAspect } };
}

function audioEntry(entry: LoadedBox): SampleEntry {
  const reader = readerOf(entry);
  reader.skip(8);
  const version = reader.u16();
  reader.skip(6);
  let channels = reader.u16();
  reader.skip(6);
  let sampleRate = reader.u32() / 0x1_0000;
  // QuickTime File Format, Sound Sample Description Version 1 and 2.
  if (version === 1) reader.skip(16);
  if (version === 2) {
    reader.skip(4);
    sampleRate = float64(reader.bytes(8));
    channels = reader.u32();
    reader.skip(20);
  }
  const children = boxesIn(entry, reader.position).flatMap((box) => (box.type === 'wave' ? boxesIn(box) : [box]));
  return { format: entry.type, codec: audioCodecString(entry.type, children), audio: { channels, sampleRate } };
}

function float64(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
}
