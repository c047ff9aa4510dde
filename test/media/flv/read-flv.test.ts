import { byteSourceOf } from '../../../media/byte-source.ts';
import { readFlv } from '../../../media/flv/read-flv.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';

function testVideo(size: string, rate = '25'): string[] {
  return ['-f', 'lavfi', '-i', `testsrc=s=${size}:r=${rate}:d=0.4`];
}

const TONE = ['-f', 'lavfi', '-i', 'sine=d=0.4:r=44100'];

function x264(pixelFormat = 'yuv420p'): string[] {
  return ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', pixelFormat];
}

async function read(...args: string[]) {
  return readFlv(byteSourceOf(await makeWithFfmpeg('a.flv', args)));
}

/** Options of a live recording, which states neither duration nor size. */
const WITHOUT_METADATA = ['-flvflags', 'no_metadata'];

test.each([
  ['sides that are not multiples of 16', '322x182', 'yuv420p', 8],
  ['sides of 1080p', '1920x1080', 'yuv420p', 8],
  ['odd sides in 4:4:4', '321x181', 'yuv444p', 8],
  ['an odd height in 4:2:2', '320x181', 'yuv422p', 8],
  ['ten bits', '320x180', 'yuv420p10le', 10],
])('reads H.264 without metadata: %s', async (_name, size, pixelFormat, bitDepth) => {
  const [width, height] = size.split('x').map(Number);
  const { video, audio, durationSeconds } = await read(...testVideo(size), ...x264(pixelFormat), ...WITHOUT_METADATA);
  expect(video).toMatchObject({
    codec: 'AVC',
    width,
    height,
    bitDepth,
    interlaced: false,
    frameRate: { numerator: 25, denominator: 1 },
  });
  expect(audio).toBeUndefined();
  expect(durationSeconds).toBeUndefined();
});

test('reads pixel aspect ratio and NTSC rate', async () => {
  const { video } = await read(...testVideo('180x144', '30000/1001'), '-vf', 'setsar=64/45', ...x264());
  expect(video).toMatchObject({
    pixelAspect: { horizontal: 64, vertical: 45 },
    frameRate: { numerator: 30_000, denominator: 1001 },
  });
});

test('recognizes interlaced video', async () => {
  const { video } = await read(...testVideo('180x144', '50'), '-vf', 'tinterlace=interleave_top', ...x264(), '-flags', '+ilme+ildct', '-x264opts', 'tff=1');
  expect(video).toMatchObject({ interlaced: true, width: 180, height: 144, frameRate: { numerator: 25, denominator: 1 } });
});

test.each(['176x144', '320x240', '200x100', '640x360'])(
  'reads H.263 of %s, with the duration from the metadata',
  async (size) => {
    const [width, height] = size.split('x').map(Number);
    expect(await read(...testVideo(size), '-c:v', 'flv')).toMatchObject({
      durationSeconds: expect.closeTo(0.4, 1),
      video: { codec: 'H263', width, height, frameRate: { numerator: 25, denominator: 1 } },
    });
    expect(await read(...testVideo(size), '-c:v', 'flv', ...WITHOUT_METADATA)).toMatchObject({
      video: { width, height },
    });
  },
);

test.each([
  ['AAC in stereo', ['-c:a', 'aac', '-ac', '2'], { codec: 'AAC', channels: 2 }],
  ['AAC in one channel', ['-c:a', 'aac', '-ac', '1'], { codec: 'AAC', channels: 1 }],
  ['AAC in six channels', ['-c:a', 'aac', '-ac', '6'], { codec: 'AAC', channels: 6 }],
  ['MP3 in one channel', ['-c:a', 'mp3', '-ac', '1'], { codec: 'MP3', channels: 1 }],
])('reads %s without video', async (_name, args, audio) => {
  expect(await read(...TONE, ...args)).toMatchObject({ video: undefined, audio });
});

test('reports Screen Video as an unknown codec', async () => {
  expect((await read(...testVideo('320x180'), '-c:v', 'flashsv', '-pix_fmt', 'bgr24')).video).toMatchObject({
    codec: 'UNKNOWN',
  });
});

test.each([0, 5, 12, 40])('reads the remaining facts of a file cut after %d bytes', async (length) => {
  const bytes = await makeWithFfmpeg('a.flv', [...testVideo('320x180'), ...x264()]);
  expect(await readFlv(byteSourceOf(bytes.subarray(0, length)))).toMatchObject({ video: undefined, audio: undefined });
});

test('ignores tags that claim more bytes than the file has', async () => {
  const bytes = await makeWithFfmpeg('a.flv', [...testVideo('320x180'), ...x264()]);
  bytes.writeUIntBE(0xff_ff_ff, 14, 3);
  expect(await readFlv(byteSourceOf(bytes))).toMatchObject({ video: undefined });
});
