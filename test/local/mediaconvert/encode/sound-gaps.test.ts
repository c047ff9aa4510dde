import { parsePacketList } from '../../../../local/mediaconvert/encode/packet-list.ts';
import { countGaps } from '../../../../local/mediaconvert/encode/sound-gaps.ts';

const HEAD = ['#software: Lavf', '#tb 0: 1/1000', '#media_type 0: audio'];

function packet(start: number, duration: number): string {
  return `0, ${start}, ${start}, ${duration}, 900, 0x12`;
}

test('counts gaps of 100 ms or more between packets', async () => {
  const packets = [packet(500, 20), packet(520, 20), packet(640, 20), packet(759, 20), packet(3000, 20)];
  expect(await countGaps(parsePacketList([...HEAD, ...packets]))).toBe(2);
});

test('does not count sound that starts late, overlaps, or has no time', async () => {
  const without = '0, -9223372036854775808, -9223372036854775808, 0, 10, 0x4';
  expect(await countGaps(parsePacketList([...HEAD, packet(5000, 20), packet(5010, 20), without, packet(5030, 20)]))).toBe(0);
  expect(await countGaps(parsePacketList([]))).toBe(0);
});
