import { deriveEndTimes, padToEnd } from '../../../../local/mediaconvert/encode/end-times.ts';
import { padStarts } from '../../../../local/mediaconvert/encode/start-times.ts';
import { makeWithFfmpeg } from '../../../support/clips.ts';
import { audioOnsets, blackRuns, probeColors } from '../../../support/media/media-facts.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';
import { probeMedia } from '../../../support/probed-media.ts';

const frameRate = { numerator: 25, denominator: 1 };

/** Derives the ends of a video and of audio from their lengths in seconds. @param gap from the start of the video to that of audio */
function endsOf(videoLength: number, audioLength: number, { gap = 0, padsVideo = true } = {}) {
  const starts = { sourceSeconds: 10, ...padStarts(new Map([[1, gap]]), frameRate) };
  const ends = { videoSeconds: 10 + videoLength, audioSeconds: 10 + gap + audioLength };
  return deriveEndTimes({ padsVideo, frameRate }, starts, ends);
}

test.each([
  ['a video that ends with its audio', 2, 2, 0, undefined, 2],
  ['audio that is longer by less than a frame', 2, 2.03, 0, undefined, 2],
  ['audio that is longer by a frame', 2, 2.04, 0, 51, 2.04],
  ['audio that ends within a frame', 2, 8.01, 0, 201, 8.04],
  ['audio that is shorter', 8, 2, 0, undefined, 8],
  ['audio that begins and ends later', 2, 2, 3, 125, 5],
  ['audio that begins and ends earlier', 2, 2, -3, undefined, 5],
  ['audio that begins earlier by less than a frame', 2, 2, -0.02, undefined, 2.02],
  ['audio that begins earlier and ends later', 2, 8, -3, 200, 8],
])('%s', (_name, videoLength, audioLength, gap, paddedFrames, presentationSeconds) => {
  const ends = endsOf(videoLength, audioLength, { gap });
  expect(ends.paddedFrames).toBe(paddedFrames);
  expect(ends.presentationSeconds).toBeCloseTo(presentationSeconds, 9);
});

interface Padding {
  readonly padsVideo?: boolean;
  readonly paddedFrames?: number;
}

test.each<[string, number, Padding, number | undefined]>([
  ['a complete video', 50, {}, undefined],
  ['a video that lacks frames by rounding', 48, {}, undefined],
  ['a video whose last frames did not decode', 40, {}, 50],
  ['a video that is not padded', 40, { padsVideo: false }, undefined],
  ['a video that is padded already', 40, { paddedFrames: 50 }, undefined],
])('another run completes %s', (_name, encoded, { padsVideo = true, paddedFrames }, expected) => {
  const ends = { paddedFrames, presentationSeconds: 2.5 };
  expect(padToEnd({ padsVideo, frameRate }, { videoSeconds: 0.5 }, ends, encoded)?.paddedFrames).toBe(expected);
});

test('adds no black frames without the setting', () => {
  expect(endsOf(2, 8, { padsVideo: false })).toEqual({ paddedFrames: undefined, presentationSeconds: 2 });
});

test('changes nothing if the video could not be measured, or no audio decodes', () => {
  const starts = { sourceSeconds: 0, videoSeconds: 0, blackFrames: 0 };
  const unknown = { videoSeconds: undefined, audioSeconds: 8 };
  expect(deriveEndTimes({ padsVideo: true, frameRate }, starts, unknown).paddedFrames).toBeUndefined();
  const silent = { videoSeconds: 2, audioSeconds: -Infinity };
  expect(deriveEndTimes({ padsVideo: true, frameRate }, starts, silent)).toEqual({
    paddedFrames: undefined,
    presentationSeconds: 2,
  });
});

let encoder: TestEncoder;

function pattern(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=64x48:r=25:d=${seconds}`];
}

function tone(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`];
}

const CODECS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0', '-c:a', 'aac'];

/** Encodes a file and returns the path of a rendition by its name. */
async function encode(
  file: Buffer,
  tracks: number,
  change: (request: ReturnType<TestEncoder['request']>) => void = () => undefined,
): Promise<(name: string) => string> {
  const attemptId = `attempt${String(encoder.events.length).padStart(5, '0')}`;
  await encoder.upload(attemptId, file);
  const audioTracks = Array.from({ length: tracks }, () => ({ channels: 1 }));
  const request = encoder.request(attemptId, { width: 64, height: 48, durationSeconds: 6, audioTracks }, attemptId);
  change(request);
  expect(await encoder.waitForEnd(await encoder.submit(request))).toMatchObject({ Status: 'COMPLETE' });
  return (name) => encoder.outputPath(name, attemptId);
}

/** Returns when the sound of a track begins and ends, and the runs of black frames. */
async function measure(pathOf: (name: string) => string) {
  const { videos, audios } = await probeMedia(pathOf('index.m3u8'));
  return {
    pictures: await blackRuns(pathOf('index_48p.cmfv')),
    onsets: await audioOnsets(pathOf('index_audio_und.cmfa')),
    ends: [...videos, ...audios].map(({ endSeconds }) => endSeconds),
    starts: [...videos, ...audios].map(({ firstSeconds }) => firstSeconds),
  };
}

describe('encodes of tracks that differ in length or start', () => {
  beforeAll(async () => void (encoder = await TestEncoder.start()));
  afterAll(() => encoder.end());

  test('adds black frames up to the end of the audio, so that all tracks end together', async () => {
    const path = await encode(await makeWithFfmpeg('a.mp4', [...pattern(1), ...tone(3), ...CODECS]), 1);
    const { pictures, ends } = await measure(path);
    expect(pictures).toEqual(['25 shown', expect.stringMatching(/^5[01] black$/)]);
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(0.022);
  });

  test('adds silence to the end of the video', async () => {
    const path = await encode(await makeWithFfmpeg('a.mp4', [...pattern(3), ...tone(1), ...CODECS]), 1);
    const { pictures, ends } = await measure(path);
    expect(pictures).toEqual(['75 shown']);
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(2.999);
    expect(Math.max(...ends)).toBeLessThan(3.022);
  });

  test('keeps audio from before the first frame, under black frames', async () => {
    const beep = ['-f', 'lavfi', '-i', 'aevalsrc=sin(2*PI*1000*t)*between(mod(t\\,1)\\,0.5\\,0.6):s=48000:d=3'];
    const args = ['-itsoffset', '2', ...pattern(1), ...beep, ...CODECS, '-fps_mode', 'passthrough'];
    const path = await encode(await makeWithFfmpeg('a.mkv', args), 1);
    const { pictures, onsets, starts } = await measure(path);
    expect(pictures).toEqual([expect.stringMatching(/^5[01] black$/), '25 shown', ...pictures.slice(2)]);
    // Audio moves with the video to its next whole frame.
    const shift = Number.parseInt(pictures[0] ?? '', 10) / 25 - 2.021;
    expect(onsets).toHaveLength(3);
    for (const [second, onset] of onsets.entries()) expect(Math.abs(onset - second - 0.521 - shift)).toBeLessThan(0.01);
    expect(starts).toEqual([0, 0]);
    expect(await probeColors(path('index_48p.cmfv'))).toBe('tv,smpte170m,smpte170m,smpte170m');
  });

  test('inserts silence before audio that begins after the video, to the millisecond', async () => {
    const beep = ['-f', 'lavfi', '-i', 'aevalsrc=sin(2*PI*1000*t)*gt(t\\,0.5):s=48000:d=1'];
    const args = [...pattern(1), '-itsoffset', '0.321', ...beep, ...CODECS, '-c:a', 'pcm_s16le'];
    const path = await encode(await makeWithFfmpeg('a.mkv', args), 1);
    const { onsets, starts } = await measure(path);
    expect(starts).toEqual([0, 0]);
    expect(onsets).toHaveLength(1);
    expect(Math.abs((onsets[0] ?? 0) - 0.821)).toBeLessThan(0.002);
  });

  test('pads each of several audio tracks to the longest', async () => {
    const maps = ['-map', '0', '-map', '1', '-map', '2'];
    const path = await encode(await makeWithFfmpeg('a.mp4', [...pattern(1), ...tone(0.5), ...tone(2), ...maps, ...CODECS]), 2);
    const { ends } = await measure(path);
    expect(ends).toHaveLength(3);
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(0.022);
    expect(Math.min(...ends)).toBeGreaterThan(1.99);
  });

  test('changes no track without the settings', async () => {
    const file = await makeWithFfmpeg('a.mp4', [...pattern(1), ...tone(3), ...CODECS]);
    const path = await encode(file, 1, ({ Settings }) => {
      delete Settings?.Inputs?.[0]?.VideoSelector?.PadVideo;
      for (const { ContainerSettings: container } of Settings?.OutputGroups?.[0]?.Outputs ?? []) delete container?.CmfcSettings?.AudioDuration;
    });
    const { pictures, ends: [videoEnd, audioEnd] } = await measure(path);
    expect(pictures).toEqual(['25 shown']);
    expect(videoEnd).toBeCloseTo(1, 2);
    expect(audioEnd).toBeGreaterThan(2.99);
  });
});
