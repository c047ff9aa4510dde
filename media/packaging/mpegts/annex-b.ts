import { boxesIn, rootOf } from '../../isobmff/box-tree.ts';
import { avcParameterSets } from '../../isobmff/avcc.ts';
import { hevcParameterSets } from '../../isobmff/hvcc.ts';
import { readVisualEntry } from '../../isobmff/stsd.ts';
import { lengthBytes } from '../../isobmff/visual-entries.ts';
import { concatBytes, u8 } from '../../byte-writer.ts';
import { PackagingError } from '../packaging-error.ts';

const START_CODE_BYTES = 4;

/** How samples of a track become a byte stream: ISO/IEC 14496-15:2022, 4.3.3; ITU-T H.264, Annex B; ITU-T H.265, Annex B. */
export interface AnnexBFormat {
  /** Length of the field before each NAL unit of a sample. */
  readonly lengthBytes: 1 | 2 | 3 | 4;
  /** Access unit delimiter with its start code, which begins each picture: ISO/IEC 13818-1, 2.14.1. */
  readonly delimiter: Uint8Array;
  /** Parameter sets with their start codes, for key frames. */
  readonly parameterSets: Uint8Array;
  /** Type of a NAL unit that is a delimiter, by the unit's first byte. */
  readonly isDelimiter: (firstByte: number) => boolean;
}

/** Reads the format of H.264 or HEVC from a sample entry. @throws PackagingError `damaged` */
export function readAnnexBFormat(codec: 'h264' | 'hevc', sampleEntry: Uint8Array): AnnexBFormat {
  const [entry] = boxesIn(rootOf(sampleEntry));
  const type = codec === 'h264' ? 'avcC' : 'hvcC';
  const record = entry && readVisualEntry(entry).children.find((box) => box.type === type);
  if (record === undefined) throw new PackagingError('damaged', `The sample entry has no ${type} box.`);
  const units = codec === 'h264' ? avcParameterSets(record.content) : hevcParameterSets(record.content);
  const startCode = u8(0, 0, 0, 1);
  return {
    lengthBytes: lengthBytes(record),
    // Any slice type may follow: 7.4.2.4 of H.264, 7.4.3.5 of H.265.
    delimiter: codec === 'h264' ? u8(0, 0, 0, 1, 0x09, 0xf0) : u8(0, 0, 0, 1, 0x46, 0x01, 0x50),
    parameterSets: concatBytes([...units].flatMap((unit) => [startCode, unit])),
    isDelimiter: codec === 'h264' ? (byte) => (byte & 0x1f) === 9 : (byte) => ((byte >> 1) & 0x3f) === 35,
  };
}

/** Returns the maximum length of a picture in a byte stream. */
export function maxAnnexBBytes(format: AnnexBFormat, sampleBytes: number): number {
  const grown = format.lengthBytes === START_CODE_BYTES ? sampleBytes : sampleBytes * START_CODE_BYTES;
  return format.delimiter.length + format.parameterSets.length + grown;
}

/** Units of a picture that are assumed where their number decides by how much it grows. */
const ASSUMED_UNITS = 16;

/**
 * Returns the length of a picture in a byte stream as far as it is known before the picture is read: too long by a delimiter of
 * its own, and by units that it does not have if their lengths take fewer than four bytes.
 */
export function expectedAnnexBBytes(format: AnnexBFormat, sampleBytes: number, isKey: boolean): number {
  const growth = (START_CODE_BYTES - format.lengthBytes) * ASSUMED_UNITS;
  return format.delimiter.length + (isKey ? format.parameterSets.length : 0) + sampleBytes + growth;
}

/**
 * Writes a picture with its delimiter, and its parameter sets if it is a key frame, at an offset.
 *
 * @returns offset of the end
 * @throws PackagingError `damaged_sample` if the lengths of units do not add up
 */
export function writeAnnexB(
  format: AnnexBFormat,
  { sample, isKey }: { readonly sample: Uint8Array; readonly isKey: boolean },
  target: Uint8Array,
  offset: number,
): number {
  let at = offset;
  target.set(format.delimiter, at);
  at += format.delimiter.length;
  if (isKey) {
    target.set(format.parameterSets, at);
    at += format.parameterSets.length;
  }
  if (format.lengthBytes === START_CODE_BYTES && !format.isDelimiter(sample[START_CODE_BYTES] ?? 0)) {
    target.set(sample, at);
    replaceLengths(target, at, at + sample.length);
    return at + sample.length;
  }
  return copyUnits(format, sample, target, at);
}

/** Replaces each length of four bytes by a start code, in place. */
function replaceLengths(target: Uint8Array, start: number, end: number): void {
  let at = start;
  while (at + START_CODE_BYTES <= end) {
    const length = (target[at] ?? 0) * 0x100_0000 + (((target[at + 1] ?? 0) << 16) | ((target[at + 2] ?? 0) << 8) | (target[at + 3] ?? 0));
    target[at] = 0;
    target[at + 1] = 0;
    target[at + 2] = 0;
    target[at + 3] = 1;
    at += START_CODE_BYTES + length;
  }
  requireEnd(at, end);
}

/** Copies the units of a sample, except for delimiters. @returns offset of the end */
function copyUnits(format: AnnexBFormat, sample: Uint8Array, target: Uint8Array, offset: number): number {
  let [read, written] = [0, offset];
  while (read + format.lengthBytes <= sample.length) {
    let length = 0;
    for (let byte = 0; byte < format.lengthBytes; byte += 1) length = length * 256 + (sample[read + byte] ?? 0);
    const unit = sample.subarray(read + format.lengthBytes, read + format.lengthBytes + length);
    read += format.lengthBytes + length;
    if (format.isDelimiter(unit[0] ?? 0)) continue;
    target.set([0, 0, 0, 1], written);
    target.set(unit, written + START_CODE_BYTES);
    written += START_CODE_BYTES + unit.length;
  }
  requireEnd(read, sample.length);
  return written;
}

function requireEnd(at: number, end: number): void {
  if (at !== end) throw new PackagingError('damaged_sample', `The units of a picture end at byte ${at} of ${end}.`);
}
