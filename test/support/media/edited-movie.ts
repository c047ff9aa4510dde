import { boxesIn, type LoadedBox, requireBox, rootOf } from '../../../media/isobmff/box-tree.ts';
import { parseElst } from '../../../media/isobmff/elst.ts';
import { parseMdhd } from '../../../media/isobmff/mdhd.ts';
import { parseMvhd } from '../../../media/isobmff/mvhd.ts';
import { box, u32 } from './box-builder.ts';

/** Part of every track to play, or a gap. */
interface PlayedPart {
  /** Start in the media, seconds; undefined for a gap. */
  readonly from?: number;
  readonly seconds: number;
}

/**
 * Replaces the edit lists of an MP4 whose index follows its media, as phones and QuickTime trim a video: its frames stay in the
 * file.
 */
export function withEdits(file: Buffer, parts: readonly PlayedPart[]): Buffer {
  const at = file.indexOf('moov') - 4;
  const moov = requireBox(rootOf(file), 'moov');
  const { timescale } = parseMvhd(requireBox(moov, 'mvhd'));
  const rebuild = (parent: LoadedBox, trackTimescale: number): Buffer =>
    box(parent.type, boxesIn(parent).map((child) => {
      if (child.type === 'trak') return rebuild(child, parseMdhd(requireBox(child, 'mdia', 'mdhd')).timescale);
      if (child.type === 'edts') return rebuild(child, trackTimescale);
      return box(child.type, child.type === 'elst' ? editList(child, parts, { timescale, trackTimescale }) : child.content);
    }));
  return Buffer.concat([file.subarray(0, at), rebuild(moov, 0)]);
}

/** Counts from the first edit of the replaced list, which skips the delay of reordered frames and of the sound's encoder. */
function editList(
  replaced: LoadedBox,
  parts: readonly PlayedPart[],
  { timescale, trackTimescale }: { readonly timescale: number; readonly trackTimescale: number },
): Buffer {
  const mediaTime = parseElst(replaced)[0]?.mediaTime ?? 0;
  const times = parts.flatMap(({ from, seconds }) => [
    Math.round(seconds * timescale),
    from === undefined ? 0xff_ff_ff_ff : mediaTime + Math.round(from * trackTimescale),
    0x1_00_00,
  ]);
  return u32(0, parts.length, ...times);
}

/** Returns a file whose edits have the duration 0. */
export function withOpenEdits(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  for (let at = copy.indexOf('elst'); at >= 0; at = copy.indexOf('elst', at + 1)) {
    const count = copy.readUInt32BE(at + 8);
    for (let edit = 0; edit < count; edit += 1) if (copy.readInt32BE(at + 16 + edit * 12) >= 0) copy.writeUInt32BE(0, at + 12 + edit * 12);
  }
  return copy;
}
