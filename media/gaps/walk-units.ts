import type { ByteSource } from '../byte-source.ts';
import { readAhead } from '../read-ahead.ts';
import { findForward } from './find-forward.ts';
import { MarkList, type Part } from './gap.ts';

/** How a container chains its units, such as tags, packs, pages or elements. */
export interface UnitChain {
  /**
   * Reads the unit at an offset, and its times.
   *
   * @returns the offset of the next unit; undefined if there is no unit here
   */
  read(source: ByteSource, at: number, list: MarkList): Promise<number | undefined>;
  /** Finds the next unit in bytes that begin anywhere, as an offset in them. */
  find(bytes: Buffer): number | undefined;
  /** Number of bytes that `find` needs to recognize a unit. */
  readonly headBytes: number;
  /** Offset of the first unit of the file. */
  readonly first: number;
  /** Forgets state that holds only while units follow each other. */
  reset?(): void;
}

/** Returns a reader that follows a chain of units, and finds the next one where the chain breaks. */
export function walkUnits(source: ByteSource, chain: UnitChain): (part: Part) => Promise<MarkList> {
  return (part) => walk(readAhead(source), chain, part);
}

async function walk(source: ByteSource, chain: UnitChain, { start, end }: Part): Promise<MarkList> {
  const list = new MarkList();
  chain.reset?.();
  const findFrom = (from: number): Promise<number | undefined> =>
    findForward(source, { start: from, end, headBytes: chain.headBytes }, (bytes) => chain.find(bytes));
  let at = start === chain.first ? start : await findFrom(start);
  // Units may be longer than a part, but none holds as many zeros.
  if (at === undefined && (await hasZeros(source, { start, end }))) list.break(end - start, { isBegin: true, isEnd: true });
  while (at !== undefined && at < end) {
    const next: number | undefined = await chain.read(source, at, list);
    if (next !== undefined && next > at) {
      at = next;
      continue;
    }
    const found: number | undefined = await findFrom(at + 1);
    chain.reset?.();
    const broken = (found ?? end) - at;
    // The last unit may be cut off.
    if (found !== undefined || broken > MAX_CUT_BYTES) list.break(broken, { isBegin: at === start, isEnd: found === undefined });
    at = found;
  }
  return list;
}

/** Zero bytes that show overwritten or unwritten parts; the pauses of uncompressed sound are in short units. */
const ZEROS = Buffer.alloc(64 * 1024);

async function hasZeros(source: ByteSource, part: Part): Promise<boolean> {
  const found = await findForward(source, { ...part, headBytes: ZEROS.length }, (bytes) => {
    const at = bytes.indexOf(ZEROS);
    return at < 0 ? undefined : at;
  });
  return found !== undefined;
}

/** Bytes at the end that are no damage: a head that is cut off, or the end of an index. */
const MAX_CUT_BYTES = 1024;
