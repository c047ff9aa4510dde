import { readFileSync } from 'node:fs';
import { type ByteSource, byteSourceOf } from '../../../media/byte-source.ts';
import { walkTopLevel } from '../../../media/isobmff/walk-top-level.ts';
import { footagePath } from '../../support/footage.ts';
import { box } from '../../support/media/box-builder.ts';
import { isobmffErrorOf } from '../../support/media/isobmff-error-of.ts';

const source = byteSourceOf(readFileSync(footagePath));

test('reports a file as cut off wherever it ends early, without reading beyond its end', async () => {
  const { size } = source;
  const boxes = await walkTopLevel(source);
  for (const end of [size - 1, (boxes.at(-1)?.offset ?? 0) + 4096]) {
    const cut: ByteSource = {
      size: end,
      read: (offset, length) => source.read(offset, Math.min(length, end - offset)),
    };
    expect(await isobmffErrorOf(() => walkTopLevel(cut))).toBe('box_beyond_file');
  }
});

test('rejects more boxes than the caller allows', async () => {
  const bytes = Buffer.concat([box('ftyp'), ...Array.from({ length: 20 }, () => box('free'))]);
  expect(await isobmffErrorOf(() => walkTopLevel(byteSourceOf(bytes), { maxBoxes: 10 }))).toBe('too_many_boxes');
});

test('extends a last box of size zero to the end of the file', async () => {
  const boxes = await walkTopLevel(byteSourceOf(Buffer.concat([box('ftyp'), box('mdat', Buffer.alloc(100), 0)])));
  expect(boxes.map(({ type, size }) => [type, size])).toEqual([['ftyp', 8], ['mdat', 108]]);
});
