import { byteSourceOf } from '../../../media/byte-source.ts';
import { countSubpictures } from '../../../media/mpeg-ps/subpictures.ts';

/** Writes a packet of private data of a stream of this number. */
function privatePacket(number: number, headerBytes = 5): Buffer {
  const content = Buffer.concat([Buffer.from([0x81, 0x80, headerBytes]), Buffer.alloc(headerBytes, 0x21), Buffer.from([number]), Buffer.alloc(40)]);
  return Buffer.concat([Buffer.from([0, 0, 1, 0xbd, 0, content.length]), content]);
}

test('counts the subpictures of a program stream, not its sound', async () => {
  const packets = [0x80, 0x20, 0x21, 0x20, 0xa0, 0x3f].map((number) => privatePacket(number, number === 0x21 ? 0 : 5));
  expect(await countSubpictures(byteSourceOf(Buffer.concat(packets)))).toBe(3);
  expect(await countSubpictures(byteSourceOf(privatePacket(0x80)))).toBe(0);
});

test('finds subpictures in the middle of a large file', async () => {
  const bytes = Buffer.alloc(8 * 1024 * 1024);
  privatePacket(0x20).copy(bytes, 4 * 1024 * 1024);
  expect(await countSubpictures(byteSourceOf(bytes))).toBe(1);
});
