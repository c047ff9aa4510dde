import { fourCc, u16, u32, u8, zeros } from '../../byte-writer.ts';
import { writeBox } from '../../isobmff/box-writer.ts';
import { boxesIn, type LoadedBox } from '../../isobmff/box-tree.ts';
import { audioCodecString, videoCodecString } from '../../isobmff/codec-string.ts';
import { writeEsds } from '../../isobmff/esds.ts';
import { readFullRange } from '../../isobmff/full-range.ts';
import { parsePasp, type PixelAspect } from '../../isobmff/pasp.ts';
import { isProtectedEntry, readAudioEntry, readVisualEntry } from '../../isobmff/stsd.ts';
import { type CodePoints } from '../../color/code-points.ts';
import { configuredPicture } from '../../isobmff/configured-picture.ts';
import { codePointsIn, withColors } from '../../isobmff/visual-entries.ts';
import { PackagingError } from '../packaging-error.ts';
import { audioChannels } from './audio-channels.ts';
import { audioCodecOf, type CodecName, type VideoCodec, videoCodecOf } from './codec-name.ts';

/** A sample entry of a source, as an init segment states it. */
export interface PackagedEntry {
  readonly codec: CodecName;
  /** `codecs` parameter of RFC 6381. */
  readonly codecString: string;
  /** Sample entry with its header. */
  readonly bytes: Uint8Array;
  readonly video?: {
    /** Stored pixels. */
    readonly width: number;
    readonly height: number;
    readonly pixelAspect: PixelAspect;
    /** Absent if neither the codec's configuration nor the container states any. */
    readonly codePoints?: CodePoints;
    readonly fullRange?: boolean;
  };
  readonly audio?: {
    readonly channels: number;
    /** Sampling rate, Hz. */
    readonly sampleRate: number;
  };
}

/**
 * Boxes to copy beside the codec's configuration: pixel aspect, crop, color and HDR (ISO/IEC 14496-12:2022, 12.1.4 to 12.1.6; VP
 * Codec ISO Media File Format Binding 1.0), Dolby Vision (Dolby Vision Streams within the ISO Base Media File Format 2.2).
 */
const COPIED_BOXES: ReadonlySet<string> = new Set([
  'pasp', 'clap', 'mdcv', 'clli', 'SmDm', 'CoLL', 'dvcC', 'dvvC',
]);
const MP3_OBJECT_TYPE = 0x6b;

/**
 * Reads all entries of a Sample Description Box, ISO/IEC 14496-12:2022, 8.5.2, and writes them as ISO files have them, whatever
 * QuickTime added.
 *
 * @param handler `vide` or `soun`
 * @throws PackagingError `encrypted`, `unsupported_video_codec`, `unsupported_audio_codec`, `damaged`; IsobmffError
 */
export function readPackagedEntries(stsd: LoadedBox, handler: string): readonly PackagedEntry[] {
  return boxesIn(stsd, 8).map((entry) => {
    if (isProtectedEntry({ format: entry.type, codec: undefined }))
      throw new PackagingError('encrypted', `The samples of a track are encrypted (${entry.type}).`);
    return handler === 'vide' ? packVisualEntry(entry) : packAudioEntry(entry);
  });
}

function packVisualEntry(entry: LoadedBox): PackagedEntry {
  const [codec, configurationType] = videoCodecOf(entry.type);
  const { width, height, children } = readVisualEntry(entry);
  const configuration = requireConfiguration(entry, children, configurationType);
  const codecString = videoCodecString(entry.type, children);
  if (codecString === undefined || width === 0 || height === 0)
    throw new PackagingError('damaged', `The sample entry ${entry.type} states no profile or no size.`);
  const pasp = children.find(({ type }) => type === 'pasp');
  const fullRange = readFullRange(children);
  const codePoints = codePointsOf(codec, configuration, children);
  const bytes = writeBox(
    entry.type,
    zeros(6), u16(1), zeros(16), u16(width, height), u32(0x48_0000, 0x48_0000, 0), u16(1), zeros(32), u16(24, 0xffff),
    copyBox(configuration),
    ...children.filter(({ type }) => COPIED_BOXES.has(type)).map(copyBox),
    ...children.filter(({ type }) => type === 'colr').map((box) => writeColr(box, fullRange ?? false)),
  );
  return {
    codec,
    codecString,
    bytes,
    video: {
      width,
      height,
      pixelAspect: pasp === undefined ? { horizontal: 1, vertical: 1 } : parsePasp(pasp),
      ...(codePoints === undefined ? {} : { codePoints }),
      ...(fullRange === undefined ? {} : { fullRange }),
    },
  };
}

/** Names of codecs whose configuration states colors. */
const STATING_CODECS = { h264: 'avc', hevc: 'hevc', av1: 'av1', vp9: 'vp9' } as const;

/** Returns the colors that the codec's configuration states, or the container where it does not. */
function codePointsOf(codec: VideoCodec, configuration: LoadedBox, children: readonly LoadedBox[]): CodePoints | undefined {
  const stated = configuredPicture(STATING_CODECS[codec], configuration.content) ?? { width: 0, height: 0 };
  const container = children.map(codePointsIn).find((found) => found !== undefined);
  return withColors(stated, { codePoints: container, fullRange: undefined }).codePoints;
}

/** Writes a Colour Information Box, ISO/IEC 14496-12:2022, 12.1.5, also where QuickTime's variant lacks the range. */
function writeColr(box: LoadedBox, fullRange: boolean): Uint8Array {
  const isNclc = String.fromCharCode(...box.content.subarray(0, 4)) === 'nclc';
  if (!isNclc || box.content.length < 10) return copyBox(box);
  return writeBox('colr', fourCc('nclx'), box.content.subarray(4, 10), u8(fullRange ? 0x80 : 0));
}

function packAudioEntry(entry: LoadedBox): PackagedEntry {
  const { channels, sampleRate, sampleBits, children } = readAudioEntry(entry);
  const stated = audioCodecString(entry.type, children);
  const [codec, configurationType] = audioCodecOf(entry.type, stated);
  const isMp3Entry = entry.type === '.mp3';
  const stored = isMp3Entry ? undefined : requireConfiguration(entry, children, configurationType ?? '');
  const configuration = stored === undefined ? writeEsds(MP3_OBJECT_TYPE) : copyBox(stored);
  if (channels === 0 || sampleRate < 1) throw new PackagingError('damaged', `The sample entry ${entry.type} states no channels or rate.`);
  // Rates above 65,535 Hz do not fit; the codec's configuration states them.
  const rate = sampleRate > 0xffff ? 0 : Math.floor(sampleRate) * 0x1_0000;
  const bytes = writeBox(
    isMp3Entry ? 'mp4a' : entry.type,
    zeros(6), u16(1), zeros(8), u16(Math.min(channels, 0xffff), sampleBits === 0 ? 16 : sampleBits), zeros(4), u32(rate),
    configuration,
  );
  return { codec, codecString: stated ?? 'mp4a.6b', bytes, audio: { channels: audioChannels(codec, stored, channels), sampleRate } };
}

function requireConfiguration(entry: LoadedBox, children: readonly LoadedBox[], type: string): LoadedBox {
  const box = children.find((child) => child.type === type);
  if (box === undefined) throw new PackagingError('damaged', `The sample entry ${entry.type} has no ${type} box.`);
  return box;
}

function copyBox({ type, content }: LoadedBox): Uint8Array {
  return writeBox(type, content);
}
