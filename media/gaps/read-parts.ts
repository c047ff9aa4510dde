import { requireEntries } from '../source-budget.ts';
import type { MarkedPart, Part, ReadMarks } from './gap.ts';

const MEBIBYTE = 1024 * 1024;
/** Maximum size of a file that is read completely: about two seconds of reading within a region. */
export const MAX_WHOLE_BYTES = 128 * MEBIBYTE;
/** Number and size of the parts that are read of a larger file. */
export interface PartSizes {
  readonly parts: number;
  readonly partBytes: number;
}
const SMALL_PARTS: PartSizes = { parts: 64, partBytes: 2 * MEBIBYTE };
/** Parts for files whose times stand every few mebibytes: common programs begin a cluster of Matroska after five. */
export const LARGE_PARTS: PartSizes = { parts: 32, partBytes: 6 * MEBIBYTE };
/** Maximum number of additional parts in which the edges of damage are searched. */
const MAX_SEARCHES = 24;

interface ReadPart extends Part, MarkedPart {}

/**
 * Reads a file completely, or evenly spaced parts of a larger one, and more parts where damage begins or ends between them.
 * Damage that lies between two parts of a large file is not found.
 */
export async function readParts(
  { start, end }: Part,
  readMarks: ReadMarks,
  { parts: count, partBytes }: PartSizes = SMALL_PARTS,
): Promise<readonly MarkedPart[]> {
  let total = 0;
  const read = async (part: Part): Promise<ReadPart> => {
    const marked = await readMarks(part);
    total += marked.marks.length;
    requireEntries(total, 'timestamps');
    return { ...part, marks: marked.marks, beginsBroken: marked.beginsBroken, endsBroken: marked.endsBroken };
  };
  if (end - start <= MAX_WHOLE_BYTES) return [await read({ start, end })];
  const distance = (end - start - partBytes) / (count - 1);
  const parts: ReadPart[] = [];
  let searches = MAX_SEARCHES;
  /** Halves the bytes between two parts of which one is broken at the facing end, until the edge is in a part. */
  const searchEdge = async (a: ReadPart, b: ReadPart): Promise<readonly ReadPart[]> => {
    const bytes = b.start - a.end;
    if (a.endsBroken === b.beginsBroken || bytes < partBytes || searches === 0) return [];
    searches -= 1;
    const offset = a.end + Math.floor((bytes - partBytes) / 2);
    const middle = await read({ start: offset, end: offset + partBytes });
    return [...(await searchEdge(a, middle)), middle, ...(await searchEdge(middle, b))];
  };
  for (let index = 0; index < count; index += 1) {
    const offset = start + Math.floor(index * distance);
    const part = await read({ start: offset, end: offset + partBytes });
    const earlier = parts.at(-1);
    if (earlier !== undefined) parts.push(...(await searchEdge(earlier, part)));
    parts.push(part);
  }
  return parts;
}
