import { byteSourceOf, type ByteSource } from '../../../media/byte-source.ts';
import { readVideoTiming } from '../../../media/containers/video-timing.ts';
import { measureFrameRate } from '../../../media/frame-rate/measure-frame-rate.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { makeWithFfmpeg, withoutDefaultDuration } from '../../support/clips.ts';
import { overwritten } from '../../support/fragments.ts';
import { delayed } from '../../support/media/delayed-stream.ts';

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-pix_fmt', 'yuv420p'];
const FRAGMENTED = ['-movflags', 'frag_keyframe+empty_moov', '-video_track_timescale', '1000'];

function pattern(rate: string, seconds = 3): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=128x72:r=${rate}:d=${seconds}`];
}

/** Place of the only video track. */
const ONLY = { position: 0, count: 1 };

async function rateOf(container: string, source: ByteSource): Promise<string> {
  const movie = container === 'isobmff' ? await readMovie(source) : undefined;
  const { frameTimes, statedRate } = await readVideoTiming(container, source, movie, ONLY);
  const { numerator, denominator } = (frameTimes && measureFrameRate(frameTimes, statedRate))?.frameRate ?? {};
  return `${numerator}/${denominator}`;
}

const LARGE = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=6', '-vf', 'noise=alls=80:allf=t'];
const RATES = ['25/2', '24000/1001', '30/1', '60/1'];

describe.each([
  ['Matroska', 'matroska', 'a.mkv', []],
  ['a transport stream', 'mpegts', 'a.ts', []],
  ['fragmented MP4 in milliseconds', 'isobmff', 'a.mp4', FRAGMENTED],
])('%s', (_name, container, file, options) => {
  test.each(RATES)('has its frame rate, %s, in the times of its frames', async (rate) => {
    const made = await makeWithFfmpeg(file, [...pattern(rate), ...X264, ...options]);
    const bytes = container === 'matroska' ? withoutDefaultDuration(made) : made;
    expect(await rateOf(container, byteSourceOf(bytes))).toBe(rate);
  });

  test('keeps the rate of which frames were dropped', async () => {
    const dropped = ['-vf', "select='gt(mod(n,7),1)'", '-fps_mode', 'vfr'];
    const bytes = await makeWithFfmpeg(file, [...pattern('60'), ...dropped, ...X264, ...options]);
    expect(await rateOf(container, byteSourceOf(bytes))).toBe('60/1');
  });

  test('costs a few requests of a few mebibytes for a file of any length', async () => {
    const clip = await makeWithFfmpeg(file, [...LARGE, ...X264, '-qp', '4', ...options]);
    const blocks = new Set<number>();
    const counted: ByteSource = {
      size: clip.length,
      read: async (offset, length) => {
        for (let at = offset; at < offset + length && at < clip.length; at += 1) blocks.add(at >> 18);
        return clip.subarray(offset, offset + length);
      },
    };
    expect(clip.length).toBeGreaterThan(10 * 2 ** 20);
    expect(await rateOf(container, counted)).toBe('30/1');
    expect(blocks.size * 2 ** 18).toBeLessThanOrEqual(7 * 2 ** 20);
  });

  test('is measured up to where the file was cut off', async () => {
    const bytes = await makeWithFfmpeg(file, [...pattern('50', 4), ...X264, '-g', '25', ...options]);
    for (const share of [0.3, 0.7, 0.95]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      expect(await rateOf(container, byteSourceOf(cut))).toBe('50/1');
    }
  });

  test('withstands damage at any byte', async () => {
    const bytes = await makeWithFfmpeg(file, [...pattern('25', 0.4), ...X264, ...options]);
    for (let at = 40; at < bytes.length; at += 97) {
      const damaged = Buffer.from(bytes);
      damaged.fill(0xff, at, Math.min(at + 8, damaged.length));
      const movie = container === 'isobmff' ? await readMovie(byteSourceOf(bytes)) : undefined;
      const { frameTimes } = await readVideoTiming(container, byteSourceOf(damaged), movie, ONLY);
      expect(() => frameTimes && measureFrameRate(frameTimes)).not.toThrow();
    }
  });
});

test.each(['frag_every_frame', 'frag_every_frame+empty_moov'])('reads an MP4 with one frame per fragment: %s', async (flags) => {
  const bytes = await makeWithFfmpeg('a.mp4', [...pattern('30000/1001', 1), ...X264, '-movflags', flags]);
  expect(await rateOf('isobmff', byteSourceOf(bytes))).toBe('30000/1001');
});

test('reads the rate of a fragmented MP4 on both sides of damage', async () => {
  const bytes = await makeWithFfmpeg('a.mp4', [...pattern('25', 4), ...X264, '-g', '10', ...FRAGMENTED]);
  expect(await rateOf('isobmff', byteSourceOf(overwritten(bytes, bytes.length * 0.2, bytes.length * 0.8)))).toBe('25/1');
});

test('reads a live WebM, whose sizes are unknown and whose first frames share a time', async () => {
  const times = "settb=1/1000,setpts='if(lt(N,2),0,trunc(N*1000/60)+floor(random(1)*4))'";
  const args = [...pattern('60'), '-vf', times, '-fps_mode', 'vfr', '-enc_time_base', '1/1000', '-c:v', 'libvpx', '-deadline', 'realtime', '-live', '1'];
  expect(await rateOf('webm', byteSourceOf(await makeWithFfmpeg('a.webm', args)))).toBe('60/1');
});

test('reads no rate from times that overlap where the clock jumps back', async () => {
  const part = await makeWithFfmpeg('a.ts', ['-f', 'lavfi', '-i', 'color=s=64x48:r=25:d=2', '-c:v', 'libx264', '-preset', 'ultrafast']);
  const bytes = Buffer.concat([part, delayed(part, 1.3), delayed(part, 2.5)]);
  const { frameTimes } = await readVideoTiming('mpegts', byteSourceOf(bytes), undefined, ONLY);
  expect(frameTimes && measureFrameRate(frameTimes)).toEqual({ frameRate: { numerator: 25, denominator: 1 }, variable: false });
});

test('continues a transport stream across the wrap of its clock', async () => {
  const bytes = await makeWithFfmpeg('a.ts', [...pattern('60'), ...X264, '-output_ts_offset', '95442']);
  const { frameTimes } = await readVideoTiming('mpegts', byteSourceOf(bytes), undefined, ONLY);
  expect(frameTimes?.stretches).toHaveLength(1);
  expect(frameTimes && measureFrameRate(frameTimes)).toEqual({ frameRate: { numerator: 60, denominator: 1 }, variable: false });
});

test.each([
  ['interlaced MPEG-2', ['-c:v', 'mpeg2video', '-flags', '+ilme+ildct']],
  ['interlaced H.264', [...X264, '-flags', '+ilme+ildct', '-x264opts', 'tff=1']],
])('counts frames, not fields, of %s', async (_name, codec) => {
  const args = ['-f', 'lavfi', '-i', 'testsrc2=s=720x576:r=50:d=2', '-vf', 'tinterlace=interleave_top', ...codec];
  expect(await rateOf('mpegts', byteSourceOf(await makeWithFfmpeg('a.ts', args)))).toBe('25/1');
});

test.each([
  ['Matroska', 'matroska', 'a.mkv', []],
  ['MP4', 'isobmff', 'a.mp4', []],
  ['fragmented MP4', 'isobmff', 'a.mp4', FRAGMENTED],
  ['a transport stream', 'mpegts', 'a.ts', []],
])('reads the chosen one of two videos in %s, or the first one if the lists of tracks differ', async (_name, container, file, options) => {
  const videos = [...pattern('25'), ...pattern('50'), '-map', '0', '-map', '1'];
  const bytes = byteSourceOf(await makeWithFfmpeg(file, [...videos, ...X264, ...options]));
  const movie = container === 'isobmff' ? await readMovie(bytes) : undefined;
  const rates = await Promise.all(
    [{ position: 0, count: 2 }, { position: 1, count: 2 }, { position: 2, count: 3 }].map(async (place) => {
      const { frameTimes, statedRate } = await readVideoTiming(container, bytes, movie, place);
      return (frameTimes && measureFrameRate(frameTimes, statedRate))?.frameRate.numerator;
    }),
  );
  expect(rates).toEqual([25, 50, 25]);
});
