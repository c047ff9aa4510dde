interface Span {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Lists the boxes at the top level of an intact MP4. */
export function boxesOf(file: Buffer): Span[] {
  const boxes: Span[] = [];
  for (let start = 0; start < file.length; ) {
    const end = start + file.readUInt32BE(start);
    boxes.push({ type: file.toString('latin1', start + 4, start + 8), start, end });
    start = end;
  }
  return boxes;
}

/** Lists the fragments of an MP4, each from its `moof` box to the end of its media data. */
export function fragmentsOf(file: Buffer): Omit<Span, 'type'>[] {
  const boxes = boxesOf(file);
  return boxes.flatMap(({ type, start, end }, index) => (type === 'moof' ? [{ start, end: boxes[index + 1]?.end ?? end }] : []));
}

/** Removes fragments, by their position. */
export function withoutFragments(file: Buffer, ...positions: readonly number[]): Buffer {
  const removed = fragmentsOf(file).filter((_, position) => positions.includes(position));
  const kept = boxesOf(file).filter(({ start }) => !removed.some((one) => start >= one.start && start < one.end));
  return Buffer.concat(kept.map(({ start, end }) => file.subarray(start, end)));
}

/** Numbers the fragments consecutively. */
export function renumbered(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  for (const [index, { start }] of fragmentsOf(file).entries()) copy.writeUInt32BE(index + 1, start + 20);
  return copy;
}

/** Fills part of a file with zeros, or with other bytes. */
export function overwritten(file: Buffer, start: number, end: number, fill: string | number = 0): Buffer {
  return Buffer.from(file).fill(fill, Math.floor(start), Math.floor(end));
}
