import { BitReader } from '../../avc/bit-reader.ts';
import { boxesIn, rootOf } from '../../isobmff/box-tree.ts';
import { esdsConfiguration } from '../../isobmff/esds.ts';
import { readAudioEntry } from '../../isobmff/stsd.ts';
import { PackagingError } from '../packaging-error.ts';

export const ADTS_HEADER_BYTES = 7;
/** Maximum length of a frame with its header: 13 bits. */
const MAX_FRAME_BYTES = 0x1fff;

/** Fields of the fixed header of ADTS: ISO/IEC 14496-3, 1.A.2.2.1. */
export interface AdtsFormat {
  /** Audio object type minus 1. */
  readonly profile: number;
  readonly rateIndex: number;
  readonly channelConfiguration: number;
}

/** Object types of SBR and PS, whose configuration holds that of the AAC below: ISO/IEC 14496-3, 1.6.2.1. */
const [SBR, PS] = [5, 29];
const EXPLICIT_RATE = 15;

/**
 * Reads the format of AAC from a sample entry. SBR and PS are not stated in ADTS; decoders find them in the frames.
 *
 * @throws PackagingError `not_in_mpeg_ts` for a configuration that ADTS cannot state
 */
export function readAdtsFormat(sampleEntry: Uint8Array): AdtsFormat {
  const [entry] = boxesIn(rootOf(sampleEntry));
  const esds = entry && readAudioEntry(entry).children.find(({ type }) => type === 'esds');
  const configuration = esds && esdsConfiguration(esds);
  if (configuration === undefined) throw new PackagingError('not_in_mpeg_ts', 'The AAC track has no AudioSpecificConfig.');
  const reader = new BitReader(configuration);
  let objectType = reader.bits(5);
  const rateIndex = reader.bits(4);
  if (rateIndex === EXPLICIT_RATE) reader.bits(24);
  const channelConfiguration = reader.bits(4);
  if (objectType === SBR || objectType === PS) {
    if (reader.bits(4) === EXPLICIT_RATE) reader.bits(24);
    objectType = reader.bits(5);
  }
  const isStated = objectType >= 1 && objectType <= 4 && rateIndex < 13 && channelConfiguration >= 1 && channelConfiguration <= 7;
  if (isStated) return { profile: objectType - 1, rateIndex, channelConfiguration };
  throw new PackagingError('not_in_mpeg_ts', `ADTS has no place for AAC of type ${objectType}, rate ${rateIndex}, channels ${channelConfiguration}.`);
}

/**
 * Writes the header of a frame at an offset: ISO/IEC 14496-3, 1.A.2.2, without a checksum.
 *
 * @param frameBytes length of the frame without the header
 * @throws PackagingError `damaged_sample` for a frame that is too long
 */
export function writeAdtsHeader(
  { profile, rateIndex, channelConfiguration }: AdtsFormat,
  frameBytes: number,
  target: Uint8Array,
  offset: number,
): void {
  const length = frameBytes + ADTS_HEADER_BYTES;
  if (length > MAX_FRAME_BYTES) throw new PackagingError('damaged_sample', `An AAC frame has ${frameBytes} bytes.`);
  target[offset] = 0xff;
  target[offset + 1] = 0xf1;
  target[offset + 2] = (profile << 6) | (rateIndex << 2) | (channelConfiguration >> 2);
  target[offset + 3] = ((channelConfiguration & 3) << 6) | (length >> 11);
  target[offset + 4] = (length >> 3) & 0xff;
  target[offset + 5] = ((length & 7) << 5) | 0x1f;
  target[offset + 6] = 0xfc;
}
