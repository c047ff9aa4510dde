import { remixOf } from '../../../lambdas/transcode/remix-channels.ts';

function gainsOf(sourceChannels: number, channels: 2 | 6) {
  return remixOf(sourceChannels, channels).RemixSettings?.ChannelMapping?.OutputChannels?.map(({ InputChannels }) => InputChannels);
}

test('copies one channel to both sides, and leaves named layouts to the encoder', () => {
  expect(gainsOf(1, 2)).toEqual([[0], [0]]);
  for (const channels of [2, 3, 4, 5, 6, 7, 8]) expect([remixOf(channels, 2), remixOf(channels, 6)]).toEqual([{}, {}]);
});

test.each([9, 10, 12, 16, 24])('takes the first six of %i channels as 5.1, and names each of them as the encoder requires', (count) => {
  const surround = gainsOf(count, 6) ?? [];
  expect(surround).toHaveLength(6);
  for (const [output, gains = []] of surround.entries())
    expect(gains).toEqual(Array.from({ length: count }, (_, input) => (input === output ? 0 : -60)));
  const stereo = gainsOf(count, 2) ?? [];
  expect(stereo.map((gains = []) => [gains.length, gains.flatMap((gain, input) => (gain > -60 ? [input] : []))])).toEqual([
    [count, [0, 2, 4]],
    [count, [1, 2, 5]],
  ]);
});

test('never lets a sum of full channels clip', () => {
  for (const gains of gainsOf(10, 2) ?? [])
    expect((gains ?? []).reduce((sum, gain) => sum + (gain > -60 ? 10 ** (gain / 20) : 0), 0)).toBeLessThanOrEqual(1);
});
