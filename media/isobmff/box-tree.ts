import type { ByteSource } from '../byte-source.ts';
import { ByteReader } from './byte-reader.ts';
import { parseBoxHeader } from './box-header.ts';
import { IsobmffError } from './isobmff-error.ts';

/** A box in memory. */
export interface LoadedBox {
  readonly type: string;
  /** Offset from the start of the file, or of the buffer that `rootOf` was given. */
  readonly offset: number;
  readonly headerSize: number;
  readonly content: Uint8Array;
  readonly depth: number;
  /** Number of boxes visited so far in all of the buffer. */
  readonly visits: { count: number; readonly spend?: ByteSource['spend'] };
}

/** Limit of nesting; real files nest eight deep (`moov/trak/mdia/minf/stbl/stsd/avc1/pasp`). */
const MAX_DEPTH = 16;
/** Limit of boxes in one container, above what a movie with a thousand tracks has. */
const MAX_CHILDREN = 4096;
/** Limit of visits to boxes of one buffer, all containers together: some three hundred for each of a thousand tracks, and more. */
const MAX_VISITS = 1_000_000;

/**
 * Reads the boxes directly inside a container.
 *
 * @throws IsobmffError `box_too_small`, `box_beyond_parent`, `too_many_boxes`, `too_deep`
 */
export function boxesIn(
  container: Pick<LoadedBox, 'content' | 'depth' | 'offset' | 'headerSize' | 'visits'>,
  skip = 0,
): LoadedBox[] {
  const { content, visits } = container;
  const depth = container.depth + 1;
  if (depth > MAX_DEPTH) throw new IsobmffError('too_deep', `Boxes nest more than ${MAX_DEPTH} deep.`);
  const boxes: LoadedBox[] = [];
  let offset = skip;
  // QuickTime ends some containers with four zero bytes.
  while (content.length - offset >= 8) {
    if (boxes.length === MAX_CHILDREN)
      throw new IsobmffError('too_many_boxes', `A box holds more than ${MAX_CHILDREN} boxes.`);
    visits.count += 1;
    visits.spend?.(1);
    if (visits.count > MAX_VISITS) throw new IsobmffError('too_many_boxes', `Reading takes more than ${MAX_VISITS} visits to boxes.`);
    const { type, size, headerSize } = parseBoxHeader(content.subarray(offset), offset, content.length);
    if (size > content.length - offset) {
      throw new IsobmffError('box_beyond_parent', `Box ${type} claims more bytes than its parent has.`, type);
    }
    boxes.push({
      type,
      offset: container.offset + container.headerSize + offset,
      headerSize,
      content: content.subarray(offset + headerSize, offset + size),
      depth,
      visits,
    });
    offset += size;
  }
  return boxes;
}

/** Finds the first box at a path of types below a container, such as `mdia/mdhd`. */
export function findBox(container: LoadedBox, ...path: readonly string[]): LoadedBox | undefined {
  let box: LoadedBox | undefined = container;
  for (const type of path) {
    box = box === undefined ? undefined : boxesIn(box).find((child) => child.type === type);
  }
  return box;
}

/**
 * Finds a box like `findBox`.
 *
 * @throws IsobmffError `bad_value` if the box does not exist
 */
export function requireBox(container: LoadedBox, ...path: readonly string[]): LoadedBox {
  const box = findBox(container, ...path);
  if (box !== undefined) return box;
  throw new IsobmffError('bad_value', `Box ${container.type} has no ${path.join('/')}.`, container.type);
}

export function readerOf(box: LoadedBox): ByteReader {
  return new ByteReader(box.content, box.type);
}

/**
 * Wraps a buffer of boxes as a container.
 *
 * @param spend counts visits to boxes against the budget of the file, for files that have many such buffers
 */
export function rootOf(bytes: Uint8Array, offset = 0, spend?: ByteSource['spend']): LoadedBox {
  return {
    type: 'root',
    offset,
    headerSize: 0,
    content: bytes,
    depth: 0,
    visits: { count: 0, ...(spend === undefined ? {} : { spend }) },
  };
}
