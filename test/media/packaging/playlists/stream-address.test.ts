import { readStreamAddress, type StreamFile, writeStreamAddress } from '../../../../media/packaging/playlists/stream-address.ts';

const [FMP4, TS] = [{ container: 'fmp4', tracks: [0] }, { container: 'ts', tracks: [0, 11] }] as const;

test.each<[string, StreamFile]>([
  ['fmp4-1.m3u8', { kind: 'playlist', stream: FMP4 }],
  ['fmp4-1_init.mp4', { kind: 'init', stream: FMP4 }],
  ['fmp4-1_0.m4s', { kind: 'segment', stream: FMP4, number: 0 }],
  ['ts-1-12.m3u8', { kind: 'playlist', stream: TS }],
  ['ts-1-12_1200.ts', { kind: 'segment', stream: TS, number: 1200 }],
])('%s is written and read', (address, file) => {
  expect(writeStreamAddress(file)).toBe(address);
  expect(readStreamAddress(address)).toEqual(file);
});

test.each([
  'index.m3u8', 'fmp4-0.m3u8', 'fmp4-01.m3u8', 'fmp4-1_01.m4s', 'fmp4-1_-1.m4s', 'fmp4-1_1.ts', 'ts-1_1.m4s', 'ts-1_init.mp4', 'fmp4.m3u8',
  'FMP4-1.m3u8', 'fmp4-1.m3u8?x', 'fmp4-1.m3u8\n', '../fmp4-1.m3u8', 'fmp4-1_99999999999.m4s', `ts${'-1'.repeat(9)}.m3u8`, '',
])('%j is no address', (address) => {
  expect(readStreamAddress(address)).toBeUndefined();
});
