import type { ByteSource } from '../byte-source.ts';
import { boxesIn, findBox, type LoadedBox, rootOf } from './box-tree.ts';
import { parseElst } from './elst.ts';
import { readMoov } from './find-moov.ts';
import type { Patch } from './tkhd.ts';

/** Bytes before an edit list's entries: version, flags and count. */
const HEAD_BYTES = 8;
/** Start of an edit in media that no track reaches, ticks. */
const BEYOND_MEDIA = 0x7f_ff_ff_ff;

/**
 * Returns the changes that turn empty edits after others into edits of nothing, beyond the end of the media: ISO/IEC
 * 14496-12:2022, 8.6.6. ffmpeg takes only leading ones for a gap, and presents the start of the media in place of others.
 *
 * @throws IsobmffError if the movie box or an edit list cannot be read
 */
export async function laterGapRepairs(source: ByteSource): Promise<readonly Patch[]> {
  const moov = await readMoov(source);
  const root = moov && findBox(rootOf(moov.bytes, moov.offset), 'moov');
  const traks = root === undefined ? [] : boxesIn(root).filter(({ type }) => type === 'trak');
  return traks.flatMap((trak) => {
    const elst = findBox(trak, 'edts', 'elst');
    return elst === undefined ? [] : patchesOf(elst);
  });
}

function patchesOf(elst: LoadedBox): Patch[] {
  const edits = parseElst(elst);
  const firstShown = edits.findIndex(({ mediaTime }) => mediaTime >= 0);
  // A duration and a time of 4 bytes, or of 8 in version 1, and a rate of 4.
  const fieldBytes = elst.content[0] === 1 ? 8 : 4;
  return edits.flatMap(({ mediaTime }, index) => {
    if (mediaTime >= 0 || firstShown < 0 || index < firstShown) return [];
    const bytes = Buffer.alloc(fieldBytes);
    bytes.writeUInt32BE(BEYOND_MEDIA, fieldBytes - 4);
    return [{ offset: elst.offset + elst.headerSize + HEAD_BYTES + index * (2 * fieldBytes + 4) + fieldBytes, bytes }];
  });
}
