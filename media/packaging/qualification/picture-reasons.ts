import { UPRIGHT } from '../../orientation.ts';
import { valueOf } from '../../rational.ts';
import type { IndexedTrack } from '../index/source-index.ts';
import { peakFrameRate } from '../playlists/video-properties.ts';
import type { VideoCodec } from '../source/codec-name.ts';
import { type CodedFormat, readCodedFormat } from './coded-format.ts';
import type { Reason, ReasonCode } from './reason.ts';

interface CodecRules {
  readonly name: string;
  /** Supported profiles by number. */
  readonly profiles: Readonly<Record<number, string>>;
  readonly maxBitDepth: number;
  readonly isEverywhere: boolean;
}

/**
 * Formats of each codec that browsers decode. ITU-T H.264, Annex A; ITU-T H.265, Annex A; AV1 Bitstream & Decoding Process
 * Specification, Annex A; VP9 Bitstream & Decoding Process Specification, 7.2.
 */
export const CODEC_RULES: Readonly<Record<VideoCodec, CodecRules>> = {
  h264: { name: 'H.264', profiles: { 66: 'Baseline', 77: 'Main', 100: 'High' }, maxBitDepth: 8, isEverywhere: true },
  hevc: { name: 'HEVC', profiles: { 1: 'Main', 2: 'Main 10' }, maxBitDepth: 10, isEverywhere: false },
  av1: { name: 'AV1', profiles: { 0: 'Main' }, maxBitDepth: 10, isEverywhere: false },
  vp9: { name: 'VP9', profiles: { 0: '0', 2: '2' }, maxBitDepth: 10, isEverywhere: false },
};

/** Lowest `level_idc` that Shaka Player accepts: it refuses 9, which is level 1b of the High profile. */
const MIN_AVC_LEVEL = 10;
/** Highest `level_idc` that Apple's HLS authoring specification allows, 1.3. */
export const MAX_AVC_LEVEL = 52;
/**
 * Highest frame rate that Apple's HLS authoring specification allows, 1.15, frames per second. It bounds the rate that playlists
 * state, the maximum of a varying one.
 */
export const MAX_FRAME_RATE = 60;
const CHROMA_NAMES = ['gray', '4:2:0', '4:2:2', '4:4:4'];
const YUV420 = 1;
/** Transfer characteristics PQ and HLG: ITU-T H.273, Table 3. */
const HDR_TRANSFERS: ReadonlySet<number> = new Set([16, 18]);
const IN_BAND_ENTRIES: ReadonlySet<string> = new Set(['avc3', 'hev1']);

/** Returns why a picture cannot be shown just in time everywhere, apart from the length of its segments. */
export function pictureReasons(track: IndexedTrack): readonly Reason[] {
  const format = readCodedFormat(track);
  const rules = Object.entries(CODEC_RULES).find(([codec]) => codec === track.codec)?.[1];
  if (format === undefined || rules === undefined) return [];
  return [
    ...formatReasons(track, format, rules),
    ...orientationReasons(track),
    ...timingReasons(track),
  ];
}

/** Returns a reason if its condition holds, else nothing. */
function reasonIf(holds: boolean, code: ReasonCode, level: Reason['level'], message: string): Reason[] {
  return holds ? [{ code, level, message }] : [];
}

function formatReasons({ codec, codecString, video }: IndexedTrack, format: CodedFormat, rules: CodecRules): Reason[] {
  const { profile, level = MIN_AVC_LEVEL, chromaFormat, bitDepth, mayBeInterlaced } = format;
  const { name, profiles, maxBitDepth, isEverywhere } = rules;
  const entry = codecString.slice(0, 4);
  const chroma = CHROMA_NAMES[chromaFormat] ?? 'this chroma format';
  const isLevelUnusual = codec === 'h264' && (level < MIN_AVC_LEVEL || level > MAX_AVC_LEVEL);
  const isProfile = Object.hasOwn(profiles, profile);
  const isHdr = HDR_TRANSFERS.has(video?.codePoints?.transfer ?? 0);
  return [
    ...reasonIf(!isEverywhere, 'codec_not_everywhere', 'page', `Not every player decodes ${name}.`),
    ...reasonIf(!isProfile, 'unsupported_profile', 'none', `Browsers do not decode ${name} profile ${profile}.`),
    ...reasonIf(chromaFormat !== YUV420, 'unsupported_chroma', 'none', `Browsers do not decode ${chroma} in ${name}.`),
    ...reasonIf(bitDepth > maxBitDepth, 'unsupported_bit_depth', 'none', `Browsers do not decode ${name} in ${bitDepth} bits.`),
    ...reasonIf(mayBeInterlaced, 'interlaced', 'none', 'The picture may be interlaced, and players do not deinterlace it.'),
    ...reasonIf(isLevelUnusual, 'level_not_everywhere', 'page', `Not every player accepts ${codecString}, for its level.`),
    ...reasonIf(IN_BAND_ENTRIES.has(entry), 'parameter_sets_in_band', 'page', `Apple's players do not accept ${entry}.`),
    ...reasonIf(isHdr, 'hdr_not_everywhere', 'page', 'Not every player shows high dynamic range.'),
  ];
}

/** Init segments state neither, since not every browser follows them: `docs/just-in-time.md` has the measurement. */
function orientationReasons({ video }: IndexedTrack): Reason[] {
  const { rotation, mirrored } = video?.orientation ?? UPRIGHT;
  return [
    ...reasonIf(rotation !== 0, 'rotated', 'page', `The picture has to be rotated by ${rotation}°, which only the page does.`),
    ...reasonIf(mirrored, 'mirrored', 'page', 'The picture has to be mirrored, which only the page does.'),
  ];
}

function timingReasons(track: IndexedTrack): Reason[] {
  // In H.264, only an I picture that is not IDR has them. Chromium takes it for no key frame, and a seek to it fails.
  const isOpen = track.codec === 'h264' && track.hasLeadingPictures;
  const peak = peakFrameRate(track);
  const frameRate = peak === undefined ? 0 : valueOf(peak);
  return [
    ...reasonIf(isOpen, 'open_gops', 'none', 'Groups of pictures are open, and Chromium cannot seek to their key frames.'),
    ...reasonIf(frameRate > MAX_FRAME_RATE, 'high_frame_rate', 'page', `Not every player shows ${Math.round(frameRate)} frames per second.`),
  ];
}
