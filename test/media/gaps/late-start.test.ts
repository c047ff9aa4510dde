import { byteSourceOf } from '../../../media/byte-source.ts';
import { findGaps } from '../../../media/gaps/find-gaps.ts';
import { findLateStart } from '../../../media/isobmff/late-start.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { withoutKeyFrame } from '../../support/media/without-key-frame.ts';

const SOURCE = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=5', '-f', 'lavfi', '-i', 'sine=r=48000:d=5'];
/** A key frame every 3 s. */
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '75', '-keyint_min', '75', '-sc_threshold', '0'];
const MPEG2 = ['-c:v', 'mpeg2video', '-b:v', '500k', '-g', '75', '-sc_threshold', '1000000000'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '75', '-keyint_min', '75', '-c:a', 'libopus'];
const FRAGMENTED = ['-movflags', 'empty_moov+frag_every_frame+default_base_moof'];

async function lateStart(container: string, file: Buffer) {
  const source = byteSourceOf(file);
  if (container !== 'isobmff') return (await findGaps(container, source, { position: 0, count: 1 })).gaps;
  const movie = await readMovie(source);
  const [track] = movie.tracks.filter(({ handler }) => handler === 'vide');
  const gap = track && (await findLateStart(source, movie, track));
  return gap === undefined ? [] : [gap];
}

describe.each([
  ['mpegts', 'a.ts', X264],
  ['mpegts', 'a.m2ts', MPEG2],
  ['mpegps', 'a.mpg', MPEG2],
  ['matroska', 'a.mkv', X264],
  ['webm', 'a.webm', VP8],
  ['flv', 'a.flv', X264],
  ['avi', 'a.avi', X264],
  ['isobmff', 'a.mp4', X264],
  ['isobmff', 'a.mp4', [...X264, ...FRAGMENTED]],
])('%s, %s', (container, name, args) => {
  test('tells of the frames before the first key frame', async () => {
    const file = await makeWithFfmpeg(name, [...SOURCE, ...args]);
    expect(await lateStart(container, file)).toEqual([]);
    // The second key frame is at 3 s.
    const [late, ...others] = await lateStart(container, await withoutKeyFrame(name, file, args.slice(X264.length)));
    expect(late).toMatchObject({ kind: 'picture' });
    expect((late?.endSeconds ?? NaN) - (late?.startSeconds ?? 0)).toBeCloseTo(container === 'mpegps' ? 1 : 2, 0);
    expect(others).toEqual([]);
  });
});

test('waits for the picture to be complete where it is renewed part by part', async () => {
  const refreshed = await makeWithFfmpeg('a.ts', [...SOURCE, ...X264.slice(0, 6), '-x264-params', 'intra-refresh=1:keyint=25']);
  const packets = Math.floor(refreshed.length / 188);
  const [late, ...others] = await lateStart('mpegts', refreshed.subarray(188 * Math.floor(packets / 4)));
  expect(late).toMatchObject({ kind: 'picture' });
  expect((late?.endSeconds ?? 0) - (late?.startSeconds ?? 0)).toBeGreaterThan(0.8);
  expect(others).toEqual([]);
  expect(await lateStart('mpegts', refreshed)).toEqual([]);
});
