import { boxesIn, findBox, type LoadedBox, requireBox, rootOf } from '../../../media/isobmff/box-tree.ts';
import { box, u32 } from './box-builder.ts';

/** Offset of the duration in the content of a header box of version 0. */
const DURATION_AT: Readonly<Record<string, number>> = { mvhd: 16, mdhd: 16, tkhd: 20 };

/**
 * Joins two MP4 files of one track and equal timescales to one track with two sample entries: each keeps its own samples,
 * one chunk for each.
 */
export function joinMovies(one: Buffer, other: Buffer): Buffer {
  const parts = [one, other].map(readPart);
  const [first, second] = parts;
  if (first === undefined || second === undefined) throw new Error('There are two movies to join.');
  const ftyp = box('ftyp', requireBox(rootOf(one), 'ftyp').content);
  const moov = (start: number): Buffer => {
    const offsets = [start, start + first.media.length];
    return rebuild(requireBox(rootOf(one), 'moov'), requireBox(rootOf(other), 'moov'), sampleTable(first, second, offsets));
  };
  const mediaStart = ftyp.length + moov(0).length + 8;
  return Buffer.concat([ftyp, moov(mediaStart), box('mdat', [first.media, second.media])]);
}

interface Part {
  readonly table: LoadedBox;
  readonly media: Uint8Array;
  readonly sizes: readonly number[];
}

function readPart(file: Buffer): Part {
  const table = requireBox(rootOf(file), 'moov', 'trak', 'mdia', 'minf', 'stbl');
  const sizes = numbersIn(requireBox(table, 'stsz'), 12);
  return { table, media: requireBox(rootOf(file), 'mdat').content, sizes };
}

function sampleTable(first: Part, second: Part, offsets: readonly number[]): Buffer {
  const content = (part: Part, type: string): Uint8Array => findBox(part.table, type)?.content.subarray(8) ?? new Uint8Array();
  const joined = (type: string, bytesEach: number): Buffer => {
    const rows = Buffer.concat([content(first, type), content(second, type)]);
    return box(type, [u32(0, rows.length / bytesEach), rows]);
  };
  const keys = (part: Part, before: number): number[] => numbersIn(requireBox(part.table, 'stss'), 8).map((key) => key + before);
  const [count, more] = [first.sizes.length, second.sizes.length];
  const hasKeys = findBox(first.table, 'stss') !== undefined;
  return box('stbl', [
    box('stsd', [u32(0, 2), content(first, 'stsd'), content(second, 'stsd')]),
    joined('stts', 8),
    ...(hasKeys ? [box('stss', [u32(0, 0), u32(...keys(first, 0), ...keys(second, count))])].map(withCount) : []),
    box('stsc', u32(0, 2, 1, count, 1, 2, more, 2)),
    box('stsz', u32(0, 0, count + more, ...first.sizes, ...second.sizes)),
    box('stco', u32(0, 2, ...offsets)),
  ]);
}

/** Writes the number of keys, which follow it. */
function withCount(stss: Buffer): Buffer {
  stss.writeUInt32BE((stss.length - 16) / 4, 12);
  return stss;
}

function numbersIn({ content }: LoadedBox, from: number): number[] {
  const bytes = Buffer.from(content);
  return Array.from({ length: (bytes.length - from) / 4 }, (_, index) => bytes.readUInt32BE(from + 4 * index));
}

/** Copies a container with another sample table, without edits, and with the durations of both movies. */
function rebuild(container: LoadedBox, other: LoadedBox, table: Buffer): Buffer {
  const children = boxesIn(container).flatMap((child) => {
    if (child.type === 'stbl') return [table];
    if (child.type === 'edts' || child.type === 'udta') return [];
    const counterpart = findBox(other, child.type);
    if (['trak', 'mdia', 'minf'].includes(child.type) && counterpart !== undefined) return [rebuild(child, counterpart, table)];
    const at = DURATION_AT[child.type];
    const content = Buffer.from(child.content);
    if (at !== undefined && counterpart !== undefined)
      content.writeUInt32BE(content.readUInt32BE(at) + Buffer.from(counterpart.content).readUInt32BE(at), at);
    return [box(child.type, content)];
  });
  return box(container.type, children);
}
