import type { ByteSource } from '../byte-source.ts';
import { boxesIn, findBox, type LoadedBox, rootOf } from './box-tree.ts';
import { parseElst } from './elst.ts';
import { readMoov } from './find-moov.ts';
import { parseMdhd } from './mdhd.ts';
import { parseMvhd } from './mvhd.ts';
import type { Patch } from './tkhd.ts';

/** Bytes before an edit list's entries: version, flags and count. */
const HEAD_BYTES = 8;

/**
 * Returns the changes that give edits of duration 0 the duration of the media that is left: ISO/IEC 14496-12:2022, 8.6.6, lets such an
 * edit last to the end of a fragmented file, and some programs write it into others, of which ffmpeg then presents nothing.
 *
 * @throws IsobmffError if the movie box or one of the boxes cannot be read
 */
export async function openEditRepairs(source: ByteSource): Promise<readonly Patch[]> {
  const moov = await readMoov(source);
  const root = moov && findBox(rootOf(moov.bytes, moov.offset), 'moov');
  const mvhd = root && findBox(root, 'mvhd');
  // ffmpeg reads fragments to the end.
  if (root === undefined || mvhd === undefined || findBox(root, 'mvex') !== undefined) return [];
  const { timescale } = parseMvhd(mvhd);
  return boxesIn(root).filter(({ type }) => type === 'trak').flatMap((trak) => patchesOf(trak, timescale));
}

function patchesOf(trak: LoadedBox, movieTimescale: number): Patch[] {
  const [elst, mdhd] = [findBox(trak, 'edts', 'elst'), findBox(trak, 'mdia', 'mdhd')];
  if (elst === undefined || mdhd === undefined) return [];
  const { timescale, duration } = parseMdhd(mdhd);
  // A duration and a time of 4 bytes, or of 8 in version 1, and a rate of 4.
  const fieldBytes = elst.content[0] === 1 ? 8 : 4;
  return parseElst(elst).flatMap(({ segmentDuration, mediaTime }, index) => {
    const left = Math.round((Math.max(0, duration - mediaTime) / timescale) * movieTimescale);
    if (segmentDuration > 0 || mediaTime < 0 || left === 0) return [];
    const bytes = Buffer.alloc(fieldBytes);
    bytes.writeUIntBE(Math.min(left, 0xff_ff_ff_ff), fieldBytes - 4, 4);
    return [{ offset: elst.offset + elst.headerSize + HEAD_BYTES + index * (2 * fieldBytes + 4), bytes }];
  });
}
