import { findStatedPicture, type StatingCodec } from '../../../media/picture/stated-picture.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';

const ONE_FRAME = ['-f', 'lavfi', '-i', 'testsrc2=s=322x182:r=25:d=0.04'];
/** Bytes before the first frame of a file with the extension. */
const FRAME_AT: Readonly<Record<string, number>> = { ivf: 32 + 12 };

test.each<[string, StatingCodec, string, string[]]>([
  ['MPEG-2', 'mpeg2', 'm2v', ['-c:v', 'mpeg2video']],
  ['H.264', 'avc', 'h264', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p']],
  ['H.265', 'hevc', 'hevc', ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p']],
  ['VP8', 'vp8', 'ivf', ['-c:v', 'libvpx']],
  ['VP9', 'vp9', 'ivf', ['-c:v', 'libvpx-vp9']],
  ['MPEG-4', 'mpeg4', 'm4v', ['-c:v', 'mpeg4']],
  ['AV1', 'av1', 'obu', ['-c:v', 'libsvtav1', '-preset', '12']],
  ['AV1 of another encoder', 'av1', 'obu', ['-c:v', 'libaom-av1', '-cpu-used', '8']],
  ['VP9 in 4:4:4', 'vp9', 'ivf', ['-c:v', 'libvpx-vp9', '-pix_fmt', 'yuv444p']],
])('reads the size that a key frame of %s states', async (_name, codec, extension, args) => {
  const bytes = await makeWithFfmpeg(`a.${extension}`, [...ONE_FRAME, ...args]);
  expect(findStatedPicture(codec, bytes.subarray(FRAME_AT[extension] ?? 0))).toMatchObject({ width: 322, height: 182 });
});

test.each<[string, string, StatingCodec, string[], unknown]>([
  ['16:9 of MPEG-2', '720x576', 'mpeg2', ['-c:v', 'mpeg2video', '-aspect', '16:9', '-f', 'mpeg2video'], { horizontal: 64, vertical: 45 }],
  ['4:3 of MPEG-2', '720x480', 'mpeg2', ['-c:v', 'mpeg2video', '-aspect', '4:3', '-f', 'mpeg2video'], { horizontal: 8, vertical: 9 }],
  ['wide pixels of H.265', '352x288', 'hevc', ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-vf', 'setsar=16/11', '-f', 'hevc'], { horizontal: 16, vertical: 11 }],
  ['wide pixels of MPEG-4', '352x288', 'mpeg4', ['-c:v', 'mpeg4', '-vf', 'setsar=16/11', '-f', 'm4v'], { horizontal: 16, vertical: 11 }],
  ['wide pixels of H.264', '720x576', 'avc', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-vf', 'setsar=64/45', '-f', 'h264'], { horizontal: 64, vertical: 45 }],
])('reads the pixel aspect of %s', async (_name, size, codec, args, pixelAspect) => {
  const bytes = await makeWithFfmpeg('a.es', ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=0.04`, ...args]);
  expect(findStatedPicture(codec, bytes)).toMatchObject({ pixelAspect });
});

test.each<[string, StatingCodec, string, string[]]>([
  ['H.264', 'avc', 'h264', ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264opts', 'fullrange=on']],
  ['H.265', 'hevc', 'hevc', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:range=full']],
  ['H.265 with scaling lists and many references', 'hevc', 'hevc', ['-c:v', 'libx265', '-x265-params', 'log-level=error:range=full:scaling-list=default:ref=5:bframes=8']],
  ['AV1', 'av1', 'obu', ['-c:v', 'libaom-av1', '-cpu-used', '8', '-color_range', 'pc']],
  ['AV1 with color labels', 'av1', 'obu', ['-c:v', 'libsvtav1', '-preset', '12', '-color_range', 'pc', '-colorspace', 'bt709', '-color_trc', 'bt709', '-color_primaries', 'bt709']],
])('reads the range that %s states', async (_name, codec, extension, args) => {
  const input = ['-f', 'lavfi', '-i', 'testsrc2=s=128x72:r=25:d=0.04', '-vf', 'scale=out_range=pc,format=yuv420p'];
  expect(findStatedPicture(codec, await makeWithFfmpeg(`a.${extension}`, [...input, ...args]))).toMatchObject({ fullRange: true });
});

test('reads length-prefixed units', () => {
  // A sequence parameter set of 640x360 after an access unit delimiter.
  const unit = Buffer.from('67640015acd940a02ff970110000030001000003003c0f162d96', 'hex');
  const length = Buffer.from([0, 0, 0, unit.length]);
  const sample = Buffer.concat([Buffer.from('000000020910', 'hex'), length, unit]);
  expect(findStatedPicture('avc', sample, 4)).toMatchObject({ width: 640 });
  expect(findStatedPicture('avc', sample.subarray(0, 6), 4)).toBeUndefined();
});

test.each<[string, StatingCodec]>([
  ['VP8', 'vp8'],
  ['VP9', 'vp9'],
])('finds no size in other frames of %s', async (_name, codec) => {
  const encoder = codec === 'vp8' ? 'libvpx' : 'libvpx-vp9';
  const bytes = await makeWithFfmpeg('a.ivf', ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=0.08', '-c:v', encoder, '-auto-alt-ref', '0']);
  const firstSize = bytes.readUInt32LE(32);
  const second = bytes.subarray(32 + 12 + firstSize + 12);
  expect(second.length).toBeGreaterThan(0);
  expect(findStatedPicture(codec, second)).toBeUndefined();
});
