import { inspectSource } from '../../../lambdas/transcode/inspect-source.ts';
import { planEncode } from '../../../lambdas/transcode/plan-encode.ts';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { readMovieParameters } from '../../../media/isobmff/movie-parameters.ts';
import { joinFiles, makeChangingStream, makeWithFfmpeg } from '../../support/clips.ts';
import { joinMovies } from '../../support/media/join-movies.ts';
import { TestEncoder } from '../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

let uploads = 0;

/** Inspects a file with the laptop's probe. */
async function inspect(bytes: Buffer) {
  uploads += 1;
  const key = `changing-${uploads}`;
  await encoder.upload(key, bytes);
  return (await inspectSource(byteSourceOf(bytes), async () => (await encoder.probe(key)) ?? {})).facts;
}

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p'];
const MPEG2 = ['-c:v', 'mpeg2video'];

function picture(size: string, seconds: number, ...more: string[]): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds}`, ...more];
}

function sound(rate: number, channels: number, ...codec: string[]): string[] {
  return [...picture('64x48', 1), '-f', 'lavfi', '-i', `sine=r=${rate}:d=1`, ...X264, '-ac', String(channels), ...codec];
}

const square = { horizontal: 1, vertical: 1 };

describe('a transport stream whose picture changes', () => {
  test.each([
    ['smaller H.264', [picture('320x180', 1, ...X264), picture('160x90', 1, ...X264)], { width: 320, height: 180, pixelAspect: square, pictureChanges: true }],
    ['larger H.264', [picture('160x90', 1, ...X264), picture('320x180', 1, ...X264)], { width: 320, height: 180, pixelAspect: square, pictureChanges: true }],
    ['larger H.265', [picture('160x90', 1, ...X265), picture('320x180', 1, ...X265)], { width: 320, height: 180, pictureChanges: true }],
    ['larger MPEG-2', [picture('160x96', 1, ...MPEG2), picture('320x192', 1, ...MPEG2)], { width: 320, height: 192, pictureChanges: true }],
    ['16:9 instead of 4:3', [picture('192x144', 1, ...MPEG2, '-aspect', '4:3'), picture('192x144', 1, ...MPEG2, '-aspect', '16:9')], { width: 192, height: 144, pixelAspect: { horizontal: 4, vertical: 3 }, pictureChanges: true }],
    ['no larger one that lasts', [picture('160x90', 1, ...X264), picture('320x180', 0.4, ...X264)], { width: 160, height: 90, pictureChanges: true }],
    ['upright', [picture('320x180', 1, ...X264), picture('180x320', 1.5, ...X264)], { width: 180, height: 320, pictureChanges: true }],
  ])('is planned for the largest picture that lasts, and padded: %s', async (_name, parts, expected) => {
    const facts = await inspect(await makeChangingStream(1, ...parts));
    expect(facts.video).toMatchObject(expected);
    expect(planEncode(facts, 100_000, 1080).pad).toBe(true);
  });

  test('is not padded if only its bit depth changes', async () => {
    const facts = await inspect(await makeChangingStream(1, picture('160x90', 1, ...X264), picture('160x90', 1, '-c:v', 'libx264', '-pix_fmt', 'yuv422p10le')));
    expect(facts.video).not.toHaveProperty('pictureChanges');
    expect(planEncode(facts, 100_000, 1080).pad).toBe(false);
  });
});

describe('a transport stream whose sound changes', () => {
  const AAC = ['-c:a', 'aac'];
  const AC3 = ['-c:a', 'ac3'];
  test.each([
    ['mono and stereo in AAC', [sound(48_000, 1, ...AAC), sound(48_000, 2, ...AAC)], { channels: 2, sampleRateHz: 48_000 }],
    ['5.1 and stereo in AAC', [sound(48_000, 6, ...AAC), sound(48_000, 2, ...AAC)], { channels: 6, sampleRateHz: 48_000 }],
    ['stereo and 5.1 in AC-3', [sound(48_000, 2, ...AC3), sound(48_000, 6, ...AC3)], { channels: 6, sampleRateHz: 48_000 }],
    ['mono and stereo in MPEG audio', [sound(48_000, 1, '-c:a', 'mp2'), sound(48_000, 2, '-c:a', 'mp2')], { channels: 2, sampleRateHz: 48_000 }],
    ['mono at 44.1 kHz and stereo at 48', [sound(44_100, 1, ...AAC), sound(48_000, 2, ...AAC)], { channels: 2, sampleRateHz: 44_100 }],
  ])('is planned for the most channels: %s', async (_name, parts, expected) => {
    expect((await inspect(await makeChangingStream(1, ...parts))).audio).toMatchObject([expected]);
  });
});

describe('a picture that becomes larger', () => {
  const LARGER = { width: 320, height: 180, pictureChanges: true };
  const MOVIE = ['-bf', '0', '-video_track_timescale', '12800'];
  let stream: Buffer;
  beforeAll(async () => {
    stream = await makeChangingStream(1, picture('160x90', 1, ...X264), picture('320x180', 1.2, ...X264));
  });

  test.each([
    ['MP4 whose key frames state it', 'a.mp4', []],
    ['fragmented MP4', 'a.mp4', ['-movflags', 'empty_moov+frag_keyframe']],
    ['QuickTime', 'a.mov', []],
    ['Matroska', 'a.mkv', []],
    ['live Matroska', 'a.mkv', ['-live', '1']],
    ['Flash', 'a.flv', []],
  ])('is planned for in %s', async (_name, file, args) => {
    expect((await inspect(await joinFiles([stream], file, ...args))).video).toMatchObject(LARGER);
  });

  test.each([
    ['H.264', X264],
    ['H.265', [...X265, '-tag:v', 'hvc1', '-x265-params', 'log-level=error:bframes=0']],
    ['MPEG-4', ['-c:v', 'mpeg4']],
  ])('is planned for in MP4 with a sample entry of %s for each', async (_name, codec) => {
    const make = (size: string): Promise<Buffer> => makeWithFfmpeg('a.mp4', picture(size, 1, ...codec, ...MOVIE));
    expect((await inspect(joinMovies(await make('160x90'), await make('320x180')))).video).toMatchObject(LARGER);
  });

  test.each([
    ['WebM with VP8', 'a.webm', ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8']],
    ['WebM with VP9', 'a.webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8']],
    ['Matroska with AV1', 'a.mkv', ['-c:v', 'libaom-av1', '-cpu-used', '8']],
    ['MP4 with AV1', 'a.mp4', ['-c:v', 'libaom-av1', '-cpu-used', '8']],
    ['a transport stream with MPEG-4', 'a.ts', ['-c:v', 'mpeg4']],
    ['Flash with H.263', 'a.flv', ['-c:v', 'flv']],
  ])('is planned for in %s', async (_name, file, codec) => {
    const parts = ['160x90', '320x180'].map((size) => makeWithFfmpeg(file, picture(size, 1, ...codec)));
    expect((await inspect(await joinFiles(await Promise.all(parts), file))).video).toMatchObject(LARGER);
  });

  test.each(['mkv', 'mp4'])('is planned for in MPEG-4 whose key frames state it (%s)', async (extension) => {
    const parts = ['160x90', '320x180'].map((size) => picture(size, 1, '-c:v', 'mpeg4'));
    const joined = await joinFiles([await makeChangingStream(1, ...parts)], `a.${extension}`);
    expect((await inspect(joined)).video).toMatchObject(LARGER);
  });

  test('is recognized in a program stream', async () => {
    const parts = ['160x96', '320x192'].map((size) => makeWithFfmpeg('a.mpg', picture(size, 1, ...MPEG2)));
    expect((await inspect(Buffer.concat(await Promise.all(parts)))).video).toMatchObject({ width: 320, height: 192, pictureChanges: true });
  });
});

test.each(['mpeg', 'vob'])('a program stream (%s) with 16:9 after 4:3 and stereo after mono is planned for both', async (format) => {
  const part = (aspect: string, channels: string): Promise<Buffer> => {
    const tone = ['-f', 'lavfi', '-i', 'sine=r=48000:d=1'];
    return makeWithFfmpeg('a.mpg', [...picture('192x144', 1), ...tone, ...MPEG2, '-aspect', aspect, '-c:a', 'mp2', '-ac', channels, '-f', format]);
  };
  const facts = await inspect(Buffer.concat([await part('4:3', '1'), await part('16:9', '2')]));
  expect(facts.video).toMatchObject({ pixelAspect: { horizontal: 4, vertical: 3 }, pictureChanges: true });
  expect(facts.audio).toMatchObject([{ channels: 2 }]);
});

test('sound with a sample entry for mono and one for stereo is planned for stereo', async () => {
  const make = (channels: string): Promise<Buffer> =>
    makeWithFfmpeg('a.mp4', ['-f', 'lavfi', '-i', 'sine=r=48000:d=1', '-ac', channels, '-c:a', 'aac']);
  const movie = await readMovie(byteSourceOf(joinMovies(await make('1'), await make('2'))));
  const parameters = await readMovieParameters(byteSourceOf(Buffer.alloc(0)), movie, { position: 0, count: 1 });
  expect(parameters.sound[0]?.map(({ channels }) => channels)).toEqual([1, 2, 1, 2]);
});

test('AC-3 in Matroska that becomes 5.1 is planned for 5.1', async () => {
  const AC3 = ['-c:a', 'ac3'];
  const stream = await makeChangingStream(1, sound(48_000, 2, ...AC3), sound(48_000, 6, ...AC3));
  expect((await inspect(await joinFiles([stream], 'a.mkv'))).audio).toMatchObject([{ channels: 6 }]);
});

describe('a picture that becomes faster at its end', () => {
  let stream: Buffer;
  beforeAll(async () => {
    const part = (rate: number, seconds: number): string[] => ['-f', 'lavfi', '-i', `color=s=64x48:r=${rate}:d=${seconds}`, ...X264];
    stream = await makeChangingStream(30, part(25, 30), part(50, 2));
  });

  test.each(['flv', 'mkv', 'mp4'])('is planned for the higher rate (%s)', async (extension) => {
    const { video } = await inspect(await joinFiles([stream], `a.${extension}`));
    expect(video).toMatchObject({ frameRate: { numerator: 50, denominator: 1 }, variableFrameRate: true });
  });

  test('is planned for the higher rate (transport stream)', async () => {
    expect((await inspect(stream)).video).toMatchObject({ frameRate: { numerator: 50, denominator: 1 }, variableFrameRate: true });
  });
});
