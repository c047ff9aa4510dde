import { readFileSync } from 'node:fs';
import { byteSourceOf } from '../../../../media/byte-source.ts';
import { readMediaPlaylist } from '../../../../media/hls/media-playlist.ts';
import { readFragmentedTrack } from '../../../../media/isobmff/fragmented-track.ts';
import { parseSidx } from '../../../../media/isobmff/sidx.ts';
import type { SourceVideo } from '../../../../media/ladder/source-video.ts';
import { makeWithFfmpeg, rotateBy90 } from '../../../support/clips.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';
import { tileBrightness, decodeKeyFrame, decodeWarnings, audioOnsets, probeStreams } from '../../../support/media/media-facts.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

function testVideo(size: string, rate: string, duration: number) {
  return ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${duration}`];
}

function tone(duration: number, frequency = 440) {
  return ['-f', 'lavfi', '-i', `sine=f=${frequency}:r=48000:d=${duration}`];
}

/** Encodes a file made by ffmpeg and returns the path of its multivariant playlist. */
async function encode(
  attemptId: string,
  file: string,
  args: readonly string[],
  facts: Partial<SourceVideo>,
): Promise<string> {
  await encoder.upload(`${attemptId}-${file}`, await makeWithFfmpeg(file, args));
  const id = await encoder.submit(encoder.request(`${attemptId}-${file}`, facts, attemptId));
  expect(await encoder.waitForEnd(id)).toMatchObject({ Status: 'COMPLETE' });
  return encoder.outputPath('index.m3u8', attemptId);
}

function sourcePath(attemptId: string, file: string): string {
  return `${encoder.store.root}/uploads/${attemptId}-${file}`;
}

test('declares a level that browsers accept for a very small video', async () => {
  const path = await encode('tiny0000', 'tiny.mp4', [...testVideo('176x144', '15', 1), ...H264], { width: 176, height: 144 });
  expect(readFileSync(path, 'utf8')).toContain('CODECS="avc1.64000d"');
});

describe('a video of 9 seconds at 29.97 with audio', () => {
  const fps = { numerator: 30_000, denominator: 1001 };
  const progress: number[] = [];
  let multivariantPath: string;
  beforeAll(async () => {
    encoder.service.onProgress(({ phase, percent }) => phase === 'TRANSCODING' && progress.push(percent));
    const args = [...testVideo('640x360', '30000/1001', 9), ...tone(9), ...H264, '-g', '300', '-c:a', 'aac', '-metadata:s:a:0', 'language=eng'];
    multivariantPath = await encode('film0000', 'film.mp4', args, {
      width: 640,
      height: 360,
      frameRate: fps,
      durationSeconds: 9,
      audioTracks: [{ channels: 1, language: 'eng' }],
    });
  });

  test('produces one file per rendition, playlists, manifests, tiles and frames', async () => {
    expect(await encoder.outputs('film0000')).toEqual([
      'frames',
      ...[0, 1, 2, 3, 4, 5].map((number) => `frames/frame.000000${number}.jpg`),
      'index.m3u8',
      'index.mpd',
      'index_240p.cmfv',
      'index_240p.m3u8',
      'index_240p_I-Frame.m3u8',
      'index_360p.cmfv',
      'index_360p.m3u8',
      'index_360p_I-Frame.m3u8',
      'index_audio_eng.cmfa',
      'index_audio_eng.m3u8',
      'index_thumbnails.m3u8',
      'index_thumbnails_00001.jpg',
    ]);
  });

  test('reports progress from the start, before the storyboard has its first sheet', () => {
    const begun = Math.min(...progress);
    expect(progress.some((percent) => percent > begun && percent < 25)).toBe(true);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  test('writes manifests after everything that they refer to', () => {
    const keys = encoder.store.written.filter((key) => key.includes('/film0000/')).map((key) => key.split('/').at(-1));
    expect(keys.slice(-2)).toEqual(['index.mpd', 'index.m3u8']);
  });

  test('decodes without warnings, with every frame of the source at its time', async () => {
    expect(await decodeWarnings(multivariantPath)).toBe('');
    const [source] = await probeStreams(sourcePath('film0000', 'film.mp4'));
    const streams = await probeStreams(multivariantPath);
    const video = streams.filter(({ type }) => type === 'video');
    expect(video.map(({ size, frames, pixelFormat }) => [size, frames, pixelFormat])).toEqual([
      ['640x360', source?.frames, 'yuv420p'],
      ['426x240', source?.frames, 'yuv420p'],
    ]);
    for (const { first, last } of video) {
      expect(first).toBe(0);
      expect(last).toBeCloseTo(source?.last ?? 0, 2);
    }
    expect(streams.filter(({ type }) => type === 'audio')).toMatchObject([{ first: 0, language: 'en', channels: 2 }]);
  });

  test('writes playlists that match the bytes', async () => {
    const multivariant = readFileSync(multivariantPath, 'utf8');
    for (const [name, extension] of [['index_360p', 'cmfv'], ['index_audio_eng', 'cmfa']]) {
      const bytes = readFileSync(encoder.outputPath(`${name}.${extension}`, 'film0000'));
      const { track, initSize, fragments } = await readFragmentedTrack(byteSourceOf(bytes));
      const playlist = readFileSync(encoder.outputPath(`${name}.m3u8`, 'film0000'), 'utf8');
      const segments = [...playlist.matchAll(/#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)/g)].map(
        ([, ...numbers]) => numbers.map(Number),
      );
      expect(playlist).toContain(`BYTERANGE="${initSize}@0"`);
      expect(segments).toHaveLength(2);
      // Segments are contiguous up to the end of the file, and each begins with a fragment that decodes independently.
      let end: number | undefined;
      for (const [seconds, size = 0, offset = 0] of segments) {
        expect(offset).toBe(end ?? offset);
        end = offset + size;
        const inside = fragments.filter((fragment) => fragment.offset >= offset && fragment.offset < offset + size);
        expect(inside[0]).toMatchObject({ offset, startsWithSyncSample: true });
        expect(inside.reduce((sum, { duration }) => sum + duration, 0) / track.timescale).toBeCloseTo(seconds ?? 0, 5);
      }
      expect(end).toBe(bytes.length);
      expect(multivariant).toContain(track.sampleEntry?.codec);
    }
    expect(segmentDurations('index_360p')).toEqual([6.006, 3.003]);
  });

  test('writes I-frame playlists whose segments each decode alone with the init segment', async () => {
    expect(readFileSync(multivariantPath, 'utf8').match(/^#EXT-X-I-FRAME-STREAM-INF:.*URI="[^"]+"$/gm)).toHaveLength(2);
    const playlist = readMediaPlaylist(readFileSync(encoder.outputPath('index_240p_I-Frame.m3u8', 'film0000'), 'utf8'));
    expect(playlist.segments.map(({ durationSeconds }) => durationSeconds)).toEqual([2.002, 2.002, 2.002, 2.002, 1.001]);
    const bytes = readFileSync(encoder.outputPath('index_240p.cmfv', 'film0000'));
    for (const { offset, size } of playlist.segments) {
      const frame = Buffer.concat([bytes.subarray(0, playlist.initSize), bytes.subarray(offset, offset + size)]);
      expect(await decodeKeyFrame(frame)).toEqual(['426x240 I']);
    }
  });

  const segmentDurations = (name: string): number[] =>
    [...readFileSync(encoder.outputPath(`${name}.m3u8`, 'film0000'), 'utf8').matchAll(/#EXTINF:([\d.]+)/g)].map(
      ([, seconds]) => Number(seconds),
    );

  test('states the measured peak of video and audio as BANDWIDTH', () => {
    // Runs of segments of 0.5 to 1.5 target durations (RFC 8216, 4.1), of which two segments have three.
    const peak = (name: string): number => {
      const text = readFileSync(encoder.outputPath(`${name}.m3u8`, 'film0000'), 'utf8');
      const segments = [...text.matchAll(/#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)/g)];
      const lengths = segments.map(([, seconds]) => Number(seconds));
      const bits = segments.map(([, , size]) => Number(size) * 8);
      expect(lengths).toHaveLength(2);
      const target = Number(/TARGETDURATION:(\d+)/.exec(text)?.[1]);
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
      const runs = [[0, 1], [1, 2], [0, 2]].map(([from, to]) => [sum(bits.slice(from, to)), sum(lengths.slice(from, to))]);
      const counted = runs.filter(([, length = 0]) => length >= 0.5 * target && length <= 1.5 * target);
      return Math.max(...counted.map(([size = 0, length = 1]) => size / length));
    };
    const [, bandwidth] =
      /#EXT-X-STREAM-INF:BANDWIDTH=(\d+)[^\n]*\nindex_360p\.m3u8/.exec(readFileSync(multivariantPath, 'utf8')) ?? [];
    // Both are rounded up, and durations in a playlist have six decimals.
    expect(Math.abs(Number(bandwidth) - peak('index_360p') - peak('index_audio_eng'))).toBeLessThan(3);
  });

  test('refers in the MPD to an index with the same segments', () => {
    const manifest = readFileSync(encoder.outputPath('index.mpd', 'film0000'), 'utf8');
    const ranges = [
      ...manifest.matchAll(
        /<BaseURL>(.*?)<\/BaseURL>\s*<SegmentBase timescale="(\d+)" indexRange="(\d+)-(\d+)">\s*<Initialization range="0-(\d+)"/g,
      ),
    ];
    expect(ranges.map(([, name]) => name)).toEqual(['index_360p.cmfv', 'index_240p.cmfv', 'index_audio_eng.cmfa']);
    for (const [, name = '', timescale, from, to, initEnd] of ranges) {
      const bytes = readFileSync(encoder.outputPath(name, 'film0000'));
      const index = parseSidx(bytes.subarray(Number(from), Number(to) + 1));
      expect(Number(initEnd) + 1).toBe(Number(from));
      expect(index).toMatchObject({ timescale: Number(timescale), earliestPresentationTime: 0, firstOffset: 0 });
      const total = index.references.reduce((sum, { size }) => sum + size, 0);
      expect(Number(to) + 1 + total).toBe(bytes.length);
      const playlist = segmentDurations(name.replace(/\.cmf.$/, ''));
      expect(index.references.map(({ duration }) => Number((duration / index.timescale).toFixed(6)))).toEqual(playlist);
    }
  });

  test('publishes the events that MediaConvert publishes', async () => {
    const [{ jobId } = { jobId: '' }] = encoder.events.filter(
      ({ userMetadata }) => userMetadata['attemptId'] === 'film0000',
    );
    const events = encoder.eventsOf(jobId).filter(({ status }) => status !== 'STATUS_UPDATE');
    expect(events.map(({ status }) => status)).toEqual(['PROGRESSING', 'INPUT_INFORMATION', 'COMPLETE']);
    const destination = 's3://videos/v/0197b1a0-0000-7000-8000-000000000001/1/film0000/';
    expect(events[2]).toMatchObject({
      accountId: '000000000000',
      queue: 'arn:aws:mediaconvert:us-east-1:000000000000:queues/Default',
      userMetadata: { attemptId: 'film0000', revision: '1' },
      outputGroupDetails: [
        {
          type: 'CMAF_GROUP',
          playlistFilePaths: [`${destination}index.mpd`, `${destination}index.m3u8`],
          outputDetails: [
            { durationInMs: 9009, videoDetails: { widthInPx: 640, heightInPx: 360 } },
            { durationInMs: 9009, videoDetails: { widthInPx: 426, heightInPx: 240 } },
            { durationInMs: expect.any(Number) },
          ],
        },
        { type: 'FILE_GROUP', outputDetails: [{ outputFilePaths: [`${destination}frames/frame.0000005.jpg`] }] },
      ],
    });
    // The documented example of a CMAF group has no bit rates: https://docs.aws.amazon.com/mediaconvert/latest/ug/cmaf-group.html
    expect(JSON.stringify(events[2])).not.toMatch(/averageBitrate/);
  });
});

describe('sources of all kinds', () => {
  const rate = (numerator: number, denominator = 1) => ({ numerator, denominator });

  test('keeps a beep in every second at its time', async () => {
    const beep = ['-f', 'lavfi', '-i', 'aevalsrc=sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1):s=44100:d=9'];
    const args = [...testVideo('320x180', '24', 9), ...beep, ...H264, '-c:a', 'aac'];
    const facts = { frameRate: rate(24), durationSeconds: 9, audioTracks: [{ channels: 1 }] };
    const multivariantPath = await encode('beeps000', 'beeps.mp4', args, facts);
    const expected = await audioOnsets(sourcePath('beeps000', 'beeps.mp4'));
    const actual = await audioOnsets(multivariantPath);
    expect(expected).toHaveLength(9);
    expect(actual).toHaveLength(9);
    for (const [index, time] of actual.entries()) expect(Math.abs(time - (expected[index] ?? 0))).toBeLessThan(0.01);
  });

  test('shifts a recording to zero, video and audio in sync', async () => {
    const args = [...testVideo('320x180', '25', 2), ...tone(2), ...H264, '-c:a', 'aac', '-output_ts_offset', '3600'];
    const multivariantPath = await encode('offset00', 'offset.ts', args, { audioTracks: [{ channels: 1 }] });
    const streams = await probeStreams(multivariantPath);
    expect(streams.find(({ type }) => type === 'video')).toMatchObject({ frames: 50 });
    expect(Math.min(...streams.map(({ first }) => first))).toBe(0);
    expect(Math.max(...streams.map(({ first }) => first))).toBeLessThan(0.03);
  });

  test('rotates a portrait video by its metadata, without audio', async () => {
    const flat = await makeWithFfmpeg('flat.mp4', [...testVideo('320x180', '25', 1), ...H264]);
    const key = 'turned00-turned.mp4';
    await encoder.upload(key, rotateBy90(flat));
    const id = await encoder.submit(encoder.request(key, { rotation: 90, durationSeconds: 1 }, 'turned00'));
    expect(await encoder.waitForEnd(id)).toMatchObject({ Status: 'COMPLETE' });
    const [video, ...others] = await probeStreams(encoder.outputPath('index.m3u8', 'turned00'));
    expect(video).toMatchObject({ size: '180x320', frames: 25 });
    expect(others).toEqual([]);
    // Rotated once, and not again by the player.
    const rendition = byteSourceOf(readFileSync(encoder.outputPath('index_180p.cmfv', 'turned00')));
    expect((await readFragmentedTrack(rendition)).track.orientation).toEqual({ rotation: 0, mirrored: false });
  });

  test('halves 120 frames per second, and converts 4:4:4 with odd sides to even 4:2:0', async () => {
    // testsrc2 would round odd sides.
    const source = ['-f', 'lavfi', '-i', 'testsrc=s=321x181:r=120:d=1'];
    const args = [...source, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p'];
    const multivariantPath = await encode('odd00000', 'odd.mp4', args, {
      width: 321,
      height: 181,
      frameRate: rate(120),
      durationSeconds: 1,
    });
    expect(await probeStreams(multivariantPath)).toMatchObject([
      { size: '320x180', frames: 60, pixelFormat: 'yuv420p' },
    ]);
  });

  test('converts interlaced anamorphic video to frames with square pixels', async () => {
    const filter = ['-vf', 'tinterlace=interleave_top,setsar=64/45'];
    const args = [...testVideo('720x576', '50', 1), ...filter, ...H264, '-flags', '+ilme+ildct', '-x264opts', 'tff=1'];
    const facts = {
      width: 720,
      height: 576,
      pixelAspect: { horizontal: 64, vertical: 45 },
      interlaced: true,
      durationSeconds: 1,
    };
    const multivariantPath = await encode('fields00', 'fields.mp4', args, facts);
    expect((await probeStreams(multivariantPath))[0]).toMatchObject({ size: '1024x576', frames: 25 });
  });

  test('encodes 5.1 in two languages as stereo and surround of each', async () => {
    const surround = '[1:a]pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0,asplit[a][b]';
    const tracks = ['-filter_complex', surround, '-map', '0:v', '-map', '[a]', '-map', '[b]', '-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=kor'];
    const args = [...testVideo('320x180', '25', 1), ...tone(1), ...tracks, ...H264, '-c:a', 'aac'];
    const audioTracks = [{ channels: 6, language: 'eng' }, { channels: 6, language: 'kor' }];
    const multivariantPath = await encode('tracks00', 'tracks.mp4', args, { durationSeconds: 1, audioTracks });
    const audio = (await probeStreams(multivariantPath)).filter(({ type }) => type === 'audio');
    expect(audio.map(({ language, channels }) => [language, channels])).toEqual([
      ['en', 2],
      ['en', 6],
      ['ko', 2],
      ['ko', 6],
    ]);
    expect(readFileSync(multivariantPath, 'utf8')).toContain(
      'GROUP-ID="surround",NAME="Korean",LANGUAGE="ko",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="6"',
    );
    const [korean] = await probeStreams(encoder.outputPath('index_audio_kor.cmfa', 'tracks00'));
    expect(korean?.language).toBe('kor');
  });

  test('shows the frame of each second at its position in the storyboard, sheet after sheet', async () => {
    // Brighter by 4 of 255 every second.
    const ramp = ['-f', 'lavfi', '-i', 'color=black:s=64x48:r=1:d=40,geq=lum=20+4*N:cb=128:cr=128'];
    const facts = { width: 64, height: 48, frameRate: rate(1), durationSeconds: 40 };
    await encode('board000', 'board.mp4', [...ramp, ...H264], facts);
    const sheets = (await encoder.outputs('board000')).filter((name) => /thumbnails_\d+\.jpg$/.test(name));
    expect(sheets).toEqual(['index_thumbnails_00001.jpg', 'index_thumbnails_00002.jpg']);
    const brightness = await Promise.all(
      sheets.map((sheet) =>
        tileBrightness(encoder.outputPath(sheet, 'board000'), { width: 64, height: 48, columns: 5 }),
      ),
    );
    const shown = brightness.flat();
    // The images are full range, the source is limited range.
    for (let second = 0; second < 40; second += 1)
      expect(Math.abs((shown[second] ?? 0) - ((20 + 4 * second - 16) * 255) / 219)).toBeLessThan(4);
  });

  test('encodes a single frame', async () => {
    const multivariantPath = await encode('single00', 'single.mp4', [...testVideo('320x180', '25', 0.04), ...H264], {
      durationSeconds: 0.04,
    });
    expect(await probeStreams(multivariantPath)).toMatchObject([{ frames: 1, first: 0 }]);
    expect(await decodeWarnings(multivariantPath)).toBe('');
  });
});
