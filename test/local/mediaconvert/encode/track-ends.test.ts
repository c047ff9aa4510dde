import { parsePacketList } from '../../../../local/mediaconvert/encode/packet-list.ts';
import { findListEnd } from '../../../../local/mediaconvert/encode/track-ends.ts';

const HEAD = ['#software: Lavf', '#tb 0: 1/1000', '#media_type 0: video'];

async function endOf(...packets: readonly string[]): Promise<number | undefined> {
  return findListEnd(parsePacketList([...HEAD, ...packets]));
}

test('finds the end of the packet that is presented last', async () => {
  const packets = ['0, 80, 40, 40, 900, 0x12', '0, 120, 160, 40, 10, 0x3, F=0x0', '0, 160, 120, 40, 10, 0x4, F=0x10'];
  expect(await endOf(...packets)).toBeCloseTo(0.2, 9);
});

test('ignores a truncated line and packets without a time', async () => {
  const packets = ['60, 400, 40, 900, 0x12', '0, 120, 160, 40, 10, 0x3', '0, -9223372036854775808, -9223372036854775808, 0, 10, 0x4'];
  expect(await endOf(...packets)).toBeCloseTo(0.2, 9);
});

test('ignores packets that an edit hides', async () => {
  const packets = ['0, 120, 160, 40, 10, 0x3', '0, 200, 200, 40, 10, 0x4, F=0x4', '0, 240, 240, 40, 10, 0x4, F=0x5', '0, 280, 280, 40, 10, 0x4, F=0x14'];
  expect(await endOf(...packets)).toBeCloseTo(0.2, 9);
});

test('finds no end without packets', async () => {
  expect(await endOf()).toBeUndefined();
  expect(await findListEnd(parsePacketList([]))).toBeUndefined();
});
