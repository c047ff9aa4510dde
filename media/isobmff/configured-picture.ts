import { avcParameterSets } from './avcc.ts';
import { hevcParameterSets } from './hvcc.ts';
import type { StatedPicture } from '../picture/picture.ts';
import { findStatedPicture, type StatingCodec } from '../picture/stated-picture.ts';

/** Bytes before the units of an AV1CodecConfigurationRecord: AV1 Codec ISO Media File Format Binding, 2.3.3. */
const AV1_HEAD_BYTES = 4;

/**
 * Finds the picture in a decoder configuration record, which applies to frames until they state another. MP4 and Matroska
 * store the same records.
 *
 * @returns undefined for codecs without such a record
 */
export function configuredPicture(codec: StatingCodec, record: Uint8Array): StatedPicture | undefined {
  if (codec === 'av1') return findStatedPicture(codec, record.subarray(AV1_HEAD_BYTES));
  if (codec !== 'avc' && codec !== 'hevc') return undefined;
  for (const unit of codec === 'avc' ? avcParameterSets(record) : hevcParameterSets(record)) {
    const picture = findStatedPicture(codec, Buffer.concat([Buffer.from([0, 0, 1]), unit]));
    if (picture !== undefined) return picture;
  }
  return undefined;
}
