import { codecsParameter } from '../../../../media/packaging/playlists/codecs-parameter.ts';

// AV1, VP9, Opus and FLAC have no place in a transport stream.
test.each([
  ['h264', 'avc1.64001f', 'avc1.64001f', 'avc1.64001f'],
  ['h264', 'avc3.64001f', 'avc3.64001f', 'avc1.64001f'],
  ['hevc', 'hev1.2.4.L93.90', 'hev1.2.4.L93.90', 'hvc1.2.4.L93.90'],
  ['av1', 'av01.0.00M.08', 'av01.0.00M.08', 'av01.0.00M.08'],
  ['vp9', 'vp09.00.10.08', 'vp09.00.10.08', 'vp09.00.10.08'],
  ['aac', 'mp4a.40.5', 'mp4a.40.5', 'mp4a.40.5'],
  ['mp3', 'mp4a.6b', 'mp4a.6b', 'mp4a.40.34'],
  ['ac3', 'ac-3', 'ac-3', 'ac-3'],
  ['eac3', 'ec-3', 'ec-3', 'ec-3'],
  ['opus', 'opus', 'Opus', 'opus'],
  ['flac', 'flac', 'fLaC', 'flac'],
] as const)('%s, stated as %s', (codec, codecString, inFmp4, inTs) => {
  expect(codecsParameter({ codec, codecString }, 'fmp4')).toBe(inFmp4);
  expect(codecsParameter({ codec, codecString }, 'ts')).toBe(inTs);
});
