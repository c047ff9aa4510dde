import { byteSourceOf } from '../../../media/byte-source.ts';
import { coverDuplicatePackets } from '../../../media/mpeg-ts/duplicate-packets.ts';

/** Returns a packet with a payload. */
function packet(packetId: number, counter: number): Buffer {
  return Buffer.concat([Buffer.from([0x47, packetId >> 8, packetId & 0xff, 0x10 | counter]), Buffer.alloc(184, counter + 1)]);
}

test('finds the second of two equal packets with the same packet id', async () => {
  const [a, b, other] = [packet(0x100, 0), packet(0x100, 1), packet(0x101, 0)];
  const stream = Buffer.concat([a, other, a, b, other, b, other, ...Array.from({ length: 16 }, (_, index) => packet(0x100, (index + 2) % 16))]);
  const covers = [];
  for await (const cover of coverDuplicatePackets(byteSourceOf(stream))) covers.push(cover);
  expect(covers).toEqual([2, 4, 5].map((index) => ({ offset: index * 188, bytes: Uint8Array.of(0x47, 0x1f, 0xff, 0x10) })));
});
