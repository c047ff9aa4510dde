import { isProtectedAsf } from '../containers/asf.ts';
import { findTransportPackets, isScrambled } from '../containers/mpeg-ts.ts';
import { MXF_PARTITION_KEY } from '../containers/mxf.ts';
import { FIRST_BOX_TYPES } from '../isobmff/walk-top-level.ts';
import { isText } from './is-text.ts';

/** A container format under the names that different programs give it. */
export interface ContainerFormat {
  /** Name in the catalog; one for all formats that are read alike. */
  readonly family: ContainerFamily;
  /** ffmpeg's demuxer. */
  readonly demuxer: string;
  /** MediaConvert's name; undefined for formats that its Probe operation does not recognize. */
  readonly mediaConvertFormat: string | undefined;
}

export type ContainerFamily =
  | 'isobmff'
  | 'matroska'
  | 'webm'
  | 'mpegts'
  | 'mpegps'
  | 'flv'
  | 'avi'
  | 'mxf'
  | 'asf'
  | 'ogg'
  | 'wave'
  | 'mp3'
  | 'adts'
  | 'ac3'
  | 'flac'
  | 'aiff'
  | 'amr'
  | 'caf';

/** Kind of a file according to its first bytes: a container of kind `video` may turn out to hold audio only. */
export type MediaKind = 'video' | 'audio' | 'image';

export interface Signature extends ContainerFormat {
  readonly kind: MediaKind;
  readonly matches: (bytes: Buffer) => boolean;
  /** Returns whether only a licensed player can decrypt the file. @default never */
  readonly isProtected?: (bytes: Buffer) => boolean;
}

function startsWith(hex: string) {
  const signature = Buffer.from(hex, 'hex');
  return (bytes: Buffer): boolean => bytes.subarray(0, signature.length).equals(signature);
}

function isRiff(form: string) {
  return (bytes: Buffer): boolean =>
    /^(?:RIFF|RIFX|RF64)$/.test(bytes.toString('latin1', 0, 4)) && bytes.toString('latin1', 8, 12) === form;
}

function isAiff(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'FORM' && /^AIF[FC]$/.test(bytes.toString('latin1', 8, 12));
}

const isEbml = startsWith('1a45dfa3');

/** Returns whether the EBML header, which is never longer than 256 bytes, states the document type of WebM. */
function isWebm(bytes: Buffer): boolean {
  return isEbml(bytes) && bytes.subarray(0, 256).includes('webm');
}

const isOgg = startsWith('4f676753');

/** Returns whether the first pages of an Ogg file, which identify its streams, name a Theora stream. */
function isTheora(bytes: Buffer): boolean {
  return isOgg(bytes) && bytes.subarray(0, 512).includes('theora');
}

/** Returns whether a file begins with a box. Size 0 means "to the end of the file", 1 a 64-bit size; others count the header. */
export function isBox(bytes: Buffer): boolean {
  if (bytes.length < 8 || !FIRST_BOX_TYPES.has(bytes.toString('latin1', 4, 8))) return false;
  const size = bytes.readUInt32BE(0);
  return size <= 1 || size >= 8;
}

/** @param brand major brand; empty for QuickTime files older than `ftyp` */
function isBoxOfBrand(brand: RegExp) {
  return (bytes: Buffer): boolean =>
    isBox(bytes) && brand.test(bytes.toString('latin1', 4, 8) === 'ftyp' ? bytes.toString('latin1', 8, 12) : '');
}

/** HEIF, AVIF and Canon's raw format. */
const IMAGE_BRANDS = /^(?:mif1|msf1|hei[cmxs]|hev[cmx]|avi[fs]|crx )$/;
const AUDIO_BRANDS = /^(?:M4A |M4B |M4P |F4A |F4B )$/;

/** Sync word of ADTS: ISO/IEC 14496-3, 1.A.2.2.1. */
function isAdts([sync, header = 0]: Buffer): boolean {
  return sync === 0xff && (header & 0xf6) === 0xf0;
}

/**
 * Sync word of MPEG audio in layer II or III: ISO/IEC 11172-3, 2.4.2.3. Leaves out layer I, whose first two bytes may
 * also be the byte order mark of UTF-16 text.
 */
function isMpegAudio([sync, header = 0, rates = 0]: Buffer): boolean {
  const layer = (header >> 1) & 3;
  return (
    sync === 0xff &&
    (header & 0xe0) === 0xe0 &&
    (layer === 1 || layer === 2) &&
    rates >> 4 !== 15 &&
    ((rates >> 2) & 3) !== 3
  );
}

/** Signatures of archives, which may hold a transport stream without compression: ZIP, RAR, 7z, and tar at its own offset. */
const ARCHIVES = ['504b0304', '526172211a07', '377abcaf271c'].map(startsWith);
const TAR_OFFSET = 257;

function isArchive(bytes: Buffer): boolean {
  return ARCHIVES.some((matches) => matches(bytes)) || bytes.toString('latin1', TAR_OFFSET, TAR_OFFSET + 5) === 'ustar';
}

/** Returns whether a file is a transport stream. Text may have its sync byte, the letter G, in the same places. */
function isTransportStream(bytes: Buffer): boolean {
  return findTransportPackets(bytes) !== undefined && !isText(bytes) && !isArchive(bytes);
}

/**
 * Returns whether a file has a partition pack, after a run-in of up to 64 KiB (SMPTE ST 377-1, 6.4). Text before it is no
 * run-in, but a note or a list that holds the key.
 */
function isMxf(bytes: Buffer): boolean {
  const start = bytes.indexOf(MXF_PARTITION_KEY);
  return start === 0 || (start > 0 && !isText(bytes.subarray(0, start)));
}

function isScrambledStream(bytes: Buffer): boolean {
  const packets = findTransportPackets(bytes);
  return packets !== undefined && isScrambled(bytes, packets);
}

const isobmff = { family: 'isobmff', demuxer: 'mov' } as const;

/**
 * Every container that the chain and the encoder recognize, in the order of the checks: signatures of two bytes come last,
 * since other formats may begin with the same bytes by chance.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html
 */
export const SIGNATURES: readonly Signature[] = [
  { kind: 'image', ...isobmff, mediaConvertFormat: 'mp4', matches: isBoxOfBrand(IMAGE_BRANDS) },
  { kind: 'audio', ...isobmff, mediaConvertFormat: 'mp4', matches: isBoxOfBrand(AUDIO_BRANDS) },
  { kind: 'video', ...isobmff, mediaConvertFormat: 'quicktime', matches: isBoxOfBrand(/^(?:qt {2})?$/) },
  { kind: 'video', ...isobmff, mediaConvertFormat: 'three_g2', matches: isBoxOfBrand(/^3g2/) },
  { kind: 'video', ...isobmff, mediaConvertFormat: 'three_gp', matches: isBoxOfBrand(/^3gp/) },
  { kind: 'video', ...isobmff, mediaConvertFormat: 'mp4', matches: isBox },
  { kind: 'video', family: 'webm', demuxer: 'matroska', mediaConvertFormat: 'webm', matches: isWebm },
  { kind: 'video', family: 'matroska', demuxer: 'matroska', mediaConvertFormat: 'matroska', matches: isEbml },
  { kind: 'video', family: 'avi', demuxer: 'avi', mediaConvertFormat: 'avi', matches: isRiff('AVI ') },
  { kind: 'video', family: 'avi', demuxer: 'avi', mediaConvertFormat: 'avi', matches: isRiff('AVIX') },
  { kind: 'audio', family: 'wave', demuxer: 'wav', mediaConvertFormat: 'wave', matches: isRiff('WAVE') },
  { kind: 'video', family: 'flv', demuxer: 'flv', mediaConvertFormat: undefined, matches: startsWith('464c5601') },
  {
    kind: 'video',
    family: 'asf',
    demuxer: 'asf',
    mediaConvertFormat: 'asf',
    matches: startsWith('3026b2758e66cf11a6d900aa0062ce6c'),
    isProtected: isProtectedAsf,
  },
  { kind: 'video', family: 'mpegps', demuxer: 'mpeg', mediaConvertFormat: 'mpegps', matches: startsWith('000001ba') },
  { kind: 'video', family: 'ogg', demuxer: 'ogg', mediaConvertFormat: 'ogg', matches: isTheora },
  { kind: 'audio', family: 'ogg', demuxer: 'ogg', mediaConvertFormat: 'ogg', matches: isOgg },
  { kind: 'audio', family: 'flac', demuxer: 'flac', mediaConvertFormat: 'flac', matches: startsWith('664c6143') },
  { kind: 'audio', family: 'amr', demuxer: 'amr', mediaConvertFormat: undefined, matches: startsWith('2321414d52') },
  { kind: 'audio', family: 'caf', demuxer: 'caf', mediaConvertFormat: undefined, matches: startsWith('63616666') },
  { kind: 'audio', family: 'aiff', demuxer: 'aiff', mediaConvertFormat: undefined, matches: isAiff },
  { kind: 'audio', family: 'mp3', demuxer: 'mp3', mediaConvertFormat: 'mp3', matches: startsWith('494433') },
  {
    kind: 'video',
    family: 'mpegts',
    demuxer: 'mpegts',
    mediaConvertFormat: 'mpegts',
    matches: isTransportStream,
    isProtected: isScrambledStream,
  },
  {
    kind: 'video',
    family: 'mxf',
    demuxer: 'mxf',
    mediaConvertFormat: 'mxf',
    matches: isMxf,
  },
  { kind: 'audio', family: 'ac3', demuxer: 'ac3', mediaConvertFormat: 'ac3', matches: startsWith('0b77') },
  { kind: 'audio', family: 'adts', demuxer: 'aac', mediaConvertFormat: 'aac', matches: isAdts },
  { kind: 'audio', family: 'mp3', demuxer: 'mp3', mediaConvertFormat: 'mp3', matches: isMpegAudio },
];
