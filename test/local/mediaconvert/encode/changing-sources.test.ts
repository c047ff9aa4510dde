import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceVideo } from '../../../../media/ladder/source-video.ts';
import { makeChangingStream, makeWithFfmpeg } from '../../../support/clips.ts';
import { delayed } from '../../../support/media/delayed-stream.ts';
import { audioOnsets, probeStreams, tileBrightness } from '../../../support/media/media-facts.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
/** List of the encoder's calls of ffprobe, one per line. */
let probes: string;
beforeAll(async () => {
  encoder = await TestEncoder.start();
  await encoder.stop();
  probes = join(encoder.directory, 'probes');
  const ffprobePath = join(encoder.directory, 'ffprobe');
  await writeFile(ffprobePath, `#!/bin/sh\necho "$*" >> '${probes}'\nexec '${encoder.tools.ffprobePath}' "$@"\n`, { mode: 0o755 });
  encoder.tools = { ...encoder.tools, ffprobePath };
  await encoder.open();
});
afterAll(() => encoder.end());

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const MPEG2 = ['-c:v', 'mpeg2video', '-q:v', '2'];
const TEN_BITS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv422p10le'];
const FPS = 25;

let jobs = 0;

/** Encodes a file; returns the paths of an output by its name. */
async function encode(bytes: Buffer, facts: Partial<SourceVideo>): Promise<(name: string) => string> {
  jobs += 1;
  const attemptId = `changes${jobs}`;
  await encoder.upload(attemptId, bytes);
  const request = encoder.request(attemptId, { width: 320, height: 160, ...facts }, attemptId);
  expect(await encoder.waitForEnd(await encoder.submit(request))).toMatchObject({ Status: 'COMPLETE' });
  return (name) => encoder.outputPath(name, attemptId);
}

/** A second of white, so that black bars show. */
function white(size: string, ...more: string[]): string[] {
  return ['-f', 'lavfi', '-i', `color=white:s=${size}:r=${FPS}:d=1`, ...more];
}

const COLUMNS = 8;

/** Returns where the picture is (`#`) and where black bars are (`.`), in the middle of each second, row by row. */
async function shapesOf(path: string, size: { width: number; height: number }): Promise<string[]> {
  const tile = { width: size.width / COLUMNS, height: size.height / COLUMNS };
  const brightness = await tileBrightness(path, { ...tile, columns: COLUMNS });
  const cells = brightness.map((value) => (value > 128 ? '#' : '.')).join('');
  const frames = cells.match(/.{64}/g) ?? [];
  return frames.filter((_, frame) => frame % FPS === 12);
}

function shape(...rows: readonly (readonly [count: number, row: string])[]): string {
  return rows.map(([count, row]) => row.repeat(count)).join('');
}

const FULL = shape([8, '########']);
const PILLARS = shape([8, '...##...']);
const LETTERBOX = shape([2, '........'], [4, '########'], [2, '........']);

describe('a picture that changes again and again', () => {
  const sizes = ['320x160', '160x80', '80x160', '320x80', '640x320', '320x160'];
  let stream: Buffer;
  beforeAll(async () => {
    const parts = sizes.map((size, index) => white(size, ...(index === 4 ? TEN_BITS : X264)));
    stream = await makeChangingStream(1, ...parts);
  });
  const encoded = { frames: sizes.length * FPS, first: 0, last: sizes.length - 1 / FPS };

  test('keeps every aspect ratio and frame time if the outputs pad', async () => {
    const path = await encode(stream, { pictureChanges: true });
    expect(await probeStreams(path('index.m3u8'))).toMatchObject([{ size: '320x160', ...encoded }]);
    expect(await shapesOf(path('index_160p.cmfv'), { width: 320, height: 160 })).toEqual([FULL, FULL, PILLARS, LETTERBOX, FULL, FULL]);
  });

  test('keeps every frame time if the outputs stretch', async () => {
    const path = await encode(stream, {});
    expect(await probeStreams(path('index.m3u8'))).toMatchObject([{ size: '320x160', ...encoded }]);
    expect(await shapesOf(path('index_160p.cmfv'), { width: 320, height: 160 })).toEqual(sizes.map(() => FULL));
  });

  test('keeps every aspect ratio if the encoder rotates the picture', async () => {
    const path = await encode(stream, { rotation: 90, pictureChanges: true });
    expect(await probeStreams(path('index.m3u8'))).toMatchObject([{ size: '160x320', ...encoded }]);
    const turned = shape([3, '........'], [2, '########'], [3, '........']);
    expect((await shapesOf(path('index_160p.cmfv'), { width: 160, height: 320 }))[2]).toBe(turned);
  });
});

test('widens the pixels of a broadcast whose aspect ratio changes without its size', async () => {
  const parts = [white('192x144', ...MPEG2, '-aspect', '4:3'), white('192x144', ...MPEG2, '-aspect', '16:9')];
  const facts = { width: 192, height: 144, pixelAspect: { horizontal: 4, vertical: 3 }, pictureChanges: true };
  const path = await encode(await makeChangingStream(1, ...parts), facts);
  expect(await shapesOf(path('index_144p.cmfv'), { width: 256, height: 144 })).toEqual([shape([8, '.######.']), FULL]);
});

test('deinterlaces a picture that becomes smaller and progressive', async () => {
  const interlaced = ['-vf', 'tinterlace=interleave_top', '-flags', '+ilme+ildct', '-x264opts', 'tff=1'];
  const first = ['-f', 'lavfi', '-i', `color=white:s=320x160:r=${2 * FPS}:d=1`, ...interlaced, ...X264];
  const path = await encode(await makeChangingStream(1, first, white('80x160', ...X264)), { interlaced: true, pictureChanges: true });
  expect(await probeStreams(path('index.m3u8'))).toMatchObject([{ frames: 2 * FPS, last: 2 - 1 / FPS }]);
  expect(await shapesOf(path('index_160p.cmfv'), { width: 320, height: 160 })).toEqual([FULL, PILLARS]);
});

describe('sound whose layout or sampling rate changes', () => {
  /** Two seconds of picture with a beep in the middle of each. */
  const beeps = (rate: number, channels: number, ...codec: string[]): string[] => {
    const beep = `aevalsrc=0.8*sin(2*PI*1000*t)*between(mod(t\\,1)\\,0.5\\,0.6):s=${rate}:d=2`;
    return ['-f', 'lavfi', '-i', `color=white:s=64x48:r=${FPS}:d=2`, '-f', 'lavfi', '-i', beep, ...X264, '-ac', String(channels), ...codec];
  };
  const AAC = ['-c:a', 'aac'];
  const AC3 = ['-c:a', 'ac3'];

  test.each([
    ['mono, stereo and mono in AAC', [beeps(48_000, 1, ...AAC), beeps(48_000, 2, ...AAC), beeps(48_000, 1, ...AAC)], 2],
    ['stereo and 5.1 in AC-3', [beeps(48_000, 2, ...AC3), beeps(48_000, 6, ...AC3)], 6],
    ['44.1 and 48 kHz in AAC', [beeps(44_100, 2, ...AAC), beeps(48_000, 2, ...AAC)], 2],
    ['22.05 kHz mono and 48 kHz stereo in AAC', [beeps(22_050, 1, ...AAC), beeps(48_000, 2, ...AAC)], 2],
    ['mono and stereo in MPEG audio', [beeps(48_000, 1, '-c:a', 'mp2'), beeps(48_000, 2, '-c:a', 'mp2')], 2],
  ])('is heard at its time throughout: %s', async (_name, parts, channels) => {
    const path = await encode(await makeChangingStream(2, ...parts), { width: 64, height: 48, audioTracks: [{ channels }] });
    const streams = await probeStreams(path('index.m3u8'));
    const picture = streams.find(({ type }) => type === 'video');
    // The encoder of AAC delays the first picture by its priming, and ends a frame of samples later.
    expect(Math.abs((picture?.last ?? 0) - 2 * parts.length + 1 / FPS)).toBeLessThan(0.1);
    expect(new Set(streams.flatMap((stream) => stream.channels ?? []))).toEqual(new Set(channels === 6 ? [2, 6] : [2]));
    const onsets = await audioOnsets(path('index.m3u8'));
    expect(onsets).toHaveLength(2 * parts.length);
    for (const [index, time] of onsets.entries()) expect(Math.abs(time - index - 0.5)).toBeLessThan(0.1);
    const calls = (await readFile(probes, 'utf8')).trim().split('\n');
    expect(calls.filter((call, index) => calls.indexOf(call) < index)).toEqual([]);
  });
});

describe('a clock that jumps', () => {
  /** Two seconds with a flash and a beep in the middle of each. */
  const flashes = (codec: readonly string[], file = 'part.ts', video = X264): Promise<Buffer> =>
    makeWithFfmpeg(file, [
      '-f', 'lavfi', '-i', `color=black:s=64x48:r=${FPS}:d=2,geq=lum='if(between(mod(T\\,1)\\,0.499\\,0.599)\\,235\\,16)':cb=128:cr=128`,
      '-f', 'lavfi', '-i', 'aevalsrc=0.8*sin(2*PI*1000*t)*between(mod(t\\,1)\\,0.5\\,0.6):s=48000:d=2',
      ...video, '-bf', '2', '-ac', '2', ...codec,
    ]);
  const flashTimes = async (path: string): Promise<number[]> => {
    const brightness = await tileBrightness(path, { width: 64, height: 48, columns: 1 });
    return brightness.flatMap((value, frame) => (value > 128 && (brightness[frame - 1] ?? 0) <= 128 ? [frame / FPS] : []));
  };
  const NEAR_WRAP = 95_440;
  /** Lists the flashes and beeps that are at different times, or not where they belong. */
  const outOfSync = async (path: (name: string) => string, parts: number): Promise<string[]> => {
    const [seen, heard] = [await flashTimes(path('index_48p.cmfv')), await audioOnsets(path('index.m3u8'))];
    return Array.from({ length: Math.max(2 * parts, seen.length, heard.length) }, (_, index) => ({ flash: seen[index], beep: heard[index], index })).flatMap(
      ({ flash = -1, beep = -1, index }) => {
        const isRight = Math.abs(beep - flash) < 0.05 && Math.abs(flash - index - 0.5) < 0.04 * parts && index < 2 * parts;
        return isRight ? [] : [`${index}: flash ${flash}, beep ${beep}`];
      },
    );
  };

  test.each([
    ['AAC', ['-c:a', 'aac']],
    ['MPEG audio', ['-c:a', 'mp2']],
    ['AC-3', ['-c:a', 'ac3']],
    ['E-AC-3', ['-c:a', 'eac3']],
    ['AC-3 that changes to 5.1', ['-c:a', 'ac3'], ['-c:a', 'ac3', '-ac', '6']],
  ])('keeps sound and picture in sync after each jump: %s', async (_name, codec, last = codec) => {
    const starts = [NEAR_WRAP, 10, 10, 11.2, 100];
    const part = await flashes(codec);
    const lastPart = last === codec ? part : await flashes(last);
    const parts = starts.map((start, index) => delayed(index === starts.length - 1 ? lastPart : part, start));
    const path = await encode(Buffer.concat(parts), { width: 64, height: 48, audioTracks: [{ channels: last === codec ? 2 : 6 }] });
    expect(await outOfSync(path, starts.length)).toEqual([]);
  });

  test.each([
    ['a VOB with AC-3', 'part.vob', ['-c:v', 'mpeg2video'], ['-c:a', 'ac3']],
    ['an MPEG-1 program stream with MPEG audio', 'part.mpg', ['-c:v', 'mpeg1video'], ['-c:a', 'mp2']],
  ])('keeps sound and picture in sync after each jump: %s', async (_name, file, video, sound) => {
    const starts = [10, 2, 100];
    const parts = await Promise.all(starts.map((start) => flashes([...sound, '-output_ts_offset', String(start)], file, video)));
    const path = await encode(Buffer.concat(parts), { width: 64, height: 48, audioTracks: [{ channels: 2 }] });
    expect(await outOfSync(path, starts.length)).toEqual([]);
  });
});
