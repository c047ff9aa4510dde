import { avcParameterSets } from '../../isobmff/avcc.ts';
import { boxesIn, rootOf } from '../../isobmff/box-tree.ts';
import { readVisualEntry } from '../../isobmff/stsd.ts';
import { parseAvcSequence } from '../../avc/sequence-parameters.ts';
import type { IndexedTrack } from '../index/source-index.ts';

/** Coding format of pictures, from the codec's configuration. */
export interface CodedFormat {
  /** `profile_idc` of H.264, `general_profile_idc` of HEVC, profile of AV1 and VP9. */
  readonly profile: number;
  /** `level_idc` of H.264; undefined for other codecs. */
  readonly level?: number;
  /** As `chroma_format_idc` of H.264 and HEVC: 0 for gray, 1 for 4:2:0, 2 for 4:2:2, 3 for 4:4:4. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  readonly mayBeInterlaced: boolean;
}

const GRAY = 0;
const YUV420 = 1;
const YUV422 = 2;
const YUV444 = 3;

/** Reads the format from the configuration in a video's sample entry. Returns undefined for sound. */
export function readCodedFormat({ codec, sampleEntry }: Pick<IndexedTrack, 'codec' | 'sampleEntry'>): CodedFormat | undefined {
  const [entry] = boxesIn(rootOf(sampleEntry));
  const recordIn = (type: string): Uint8Array =>
    (entry && readVisualEntry(entry).children.find((box) => box.type === type)?.content) ?? new Uint8Array();
  switch (codec) {
    case 'h264':
      return readAvc(recordIn('avcC'));
    case 'hevc':
      return readHevc(recordIn('hvcC'));
    case 'av1':
      return readAv1(recordIn('av1C'));
    case 'vp9':
      return readVp9(recordIn('vpcC'));
    default:
      return undefined;
  }
}

/**
 * Reads AVCDecoderConfigurationRecord: ISO/IEC 14496-15:2022, 5.3.3.1. A record without parameter sets, which `avc3` allows,
 * counts as progressive 4:2:0 in 8 bits.
 */
function readAvc(record: Uint8Array): CodedFormat {
  const [, profile = 0, , level = 0] = record;
  const [unit] = avcParameterSets(record);
  const sequence = unit && parseAvcSequence(unit);
  const { chromaFormat, bitDepth, mayBeInterlaced } = sequence ?? { chromaFormat: YUV420, bitDepth: 8, mayBeInterlaced: false };
  return { profile, level, chromaFormat, bitDepth, mayBeInterlaced };
}

/** Reads HEVCDecoderConfigurationRecord: ISO/IEC 14496-15:2022, 8.3.3.1. */
function readHevc(record: Uint8Array): CodedFormat {
  const [PROFILE_AT, CONSTRAINTS_AT, CHROMA_AT, LUMA_DEPTH_AT, CHROMA_DEPTH_AT] = [1, 6, 16, 17, 18];
  const constraints = record[CONSTRAINTS_AT] ?? 0;
  const depthAt = (offset: number): number => 8 + ((record[offset] ?? 0) & 7);
  // Bits `general_progressive_source_flag` and `general_interlaced_source_flag`: ITU-T H.265, 7.4.4.
  const mayBeInterlaced = (constraints & 0xc0) === 0x40;
  return {
    profile: (record[PROFILE_AT] ?? 0) & 31,
    chromaFormat: (record[CHROMA_AT] ?? 0) & 3,
    bitDepth: Math.max(depthAt(LUMA_DEPTH_AT), depthAt(CHROMA_DEPTH_AT)),
    mayBeInterlaced,
  };
}

/** Reads AV1CodecConfigurationRecord: AV1 Codec ISO Media File Format Binding 1.2, 2.3.3. */
function readAv1(record: Uint8Array): CodedFormat {
  const [, profile = 0, flags = 0] = record;
  const isAbove8 = (flags & 0x40) !== 0;
  const bitDepth = isAbove8 ? ((flags & 0x20) === 0 ? 10 : 12) : 8;
  const isSubsampled = (flags & 0x08) === 0 ? YUV444 : (flags & 0x04) === 0 ? YUV422 : YUV420;
  return { profile: profile >> 5, chromaFormat: (flags & 0x10) === 0 ? isSubsampled : GRAY, bitDepth, mayBeInterlaced: false };
}

/** Reads VPCodecConfigurationRecord behind the version and flags of its box: VP Codec ISO Media File Format Binding 1.0. */
function readVp9(record: Uint8Array): CodedFormat {
  const [PROFILE_AT, FORMAT_AT] = [4, 6];
  const format = record[FORMAT_AT] ?? 0;
  // Values 0 and 1 are 4:2:0 with chroma samples in two places.
  const chromaFormat = Math.max(YUV420, (format >> 1) & 7);
  return { profile: record[PROFILE_AT] ?? 0, chromaFormat, bitDepth: format >> 4, mayBeInterlaced: false };
}
