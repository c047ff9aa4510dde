import { u32 } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { type LoadedBox, boxesIn, readerOf } from './box-tree.ts';
import { audioCodecString, videoCodecString } from './codec-string.ts';
import { esdsConfiguration } from './esds.ts';
import { parseFiel } from './fiel.ts';
import { readFullRange } from './full-range.ts';
import { parseAudioSpecificConfig, type SoundFormat } from '../sound/sound-format.ts';
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
    /** Whether frames consist of two fields; undefined if not stated. */
    readonly interlaced: boolean | undefined;
    /** Whether samples use the full range of code values; undefined if not stated. */
    readonly fullRange: boolean | undefined;
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

/** Reads ISO/IEC 14496-12:2022, 12.1.3.2 VisualSampleEntry up to its boxes. */
export function readVisualEntry(entry: LoadedBox): {
  readonly width: number;
  readonly height: number;
  readonly children: readonly LoadedBox[];
} {
  const reader = readerOf(entry);
  reader.skip(24);
  const width = reader.u16();
  const height = reader.u16();
  reader.skip(50);
  return { width, height, children: boxesIn(entry, reader.position) };
}

function visualEntry(entry: LoadedBox): SampleEntry {
  const { width, height, children } = readVisualEntry(entry);
  const pasp = children.find(({ type }) => type === 'pasp');
  const pixelAspect = pasp === undefined ? { horizontal: 1, vertical: 1 } : parsePasp(pasp);
  const fiel = children.find(({ type }) => type === 'fiel');
  const interlaced = fiel === undefined ? undefined : parseFiel(fiel) === 2;
  const video = { width, height, pixelAspect, interlaced, fullRange: readFullRange(children) };
  return { format: entry.type, codec: videoCodecString(entry.type, children), video };
}

/**
 * Reads ISO/IEC 14496-12:2022, 12.2.3.2 AudioSampleEntry up to its boxes, or QuickTime's versions of it, whose boxes may lie in
 * another one, `wave`.
 */
export function readAudioEntry(entry: LoadedBox): {
  readonly channels: number;
  readonly sampleRate: number;
  /** Bits of a sample; meaningless for most codecs. */
  readonly sampleBits: number;
  readonly children: readonly LoadedBox[];
} {
  const reader = readerOf(entry);
  reader.skip(8);
  const version = reader.u16();
  reader.skip(6);
  let channels = reader.u16();
  const sampleBits = reader.u16();
  reader.skip(4);
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
  return { channels, sampleRate, sampleBits, children };
}

function audioEntry(entry: LoadedBox): SampleEntry & { readonly configuration: Uint8Array | undefined } {
  const { channels, sampleRate, children } = readAudioEntry(entry);
  const esds = children.find(({ type }) => type === 'esds');
  return {
    format: entry.type,
    codec: audioCodecString(entry.type, children),
    audio: { channels, sampleRate },
    configuration: esds && esdsConfiguration(esds),
  };
}

/** Reads the formats of all entries of a sound track; AAC's come from its configuration. */
export function parseAudioEntries(box: LoadedBox): readonly SoundFormat[] {
  return boxesIn(box, 8).flatMap((entry) => {
    const { audio, configuration } = audioEntry(entry);
    const configured = configuration && parseAudioSpecificConfig(configuration);
    return configured ?? (audio === undefined ? [] : { channels: audio.channels, sampleRateHz: audio.sampleRate });
  });
}

function float64(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
}

/** Writes a Sample Description Box with one entry: ISO/IEC 14496-12:2022, 8.5.2. */
export function writeStsd(sampleEntry: Uint8Array): Uint8Array {
  return writeFullBox('stsd', 0, 0, u32(1), sampleEntry);
}
