import { byteSourceOf } from '../../../media/byte-source.ts';
import { readSourceLength } from '../../../media/containers/source-length.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { stuffed } from '../../support/media/delayed-stream.ts';

function picture(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `color=s=64x48:r=25:d=${seconds}`];
}

function tone(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `sine=r=48000:d=${seconds}`];
}

const CODECS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
const BOTH = [...picture(6), ...tone(6), ...CODECS];
const FRAGMENTED = ['-movflags', 'frag_keyframe+empty_moov', '-g', '25'];

const CONTAINERS: Readonly<Record<string, string>> = {
  mkv: 'matroska', webm: 'webm', ts: 'mpegts', vob: 'mpegps', mpg: 'mpegps', flv: 'flv', avi: 'avi', asf: 'asf',
};

/** Reads the length of a file with one video and a number of sound tracks, rounded to tenths of a second. */
async function lengthOf(extension: string, bytes: Uint8Array, sounds = 1) {
  const source = byteSourceOf(bytes);
  const container = CONTAINERS[extension] ?? 'isobmff';
  const movie = container === 'isobmff' ? await readMovie(source) : undefined;
  const sound = Array.from({ length: sounds }, (_, position) => ({ position, count: sounds }));
  const length = await readSourceLength(container, source, movie, { video: { position: 0, count: 1 }, sound });
  const round = (seconds: number | undefined) => (seconds === undefined ? undefined : Number(seconds.toFixed(1)));
  return length && { seconds: round(length.seconds), min: round(length.minSeconds), max: round(length.maxSeconds) };
}

async function make(extension: string, ...args: string[]): Promise<Buffer> {
  return makeWithFfmpeg(`a.${extension}`, args);
}

/** Overwrites 32 bits after every occurrence of some bytes. */
function patched(file: Buffer, after: Buffer | string, offset: number, value: number): Buffer {
  const copy = Buffer.from(file);
  for (let at = copy.indexOf(after); at >= 0; at = copy.indexOf(after, at + 1)) copy.writeUInt32BE(value, at + offset);
  return copy;
}

const SIX = { seconds: 6, min: 6, max: 6 };

test.each([
  ['mp4', []],
  ['mov', []],
  ['mp4', FRAGMENTED],
  ['mp4', [...FRAGMENTED, '-output_ts_offset', '3600']],
  ['mkv', []],
  ['mkv', ['-live', '1']],
  ['flv', []],
  ['flv', ['-output_ts_offset', '60']],
  ['ts', []],
  ['ts', ['-output_ts_offset', '95440']],
  ['avi', []],
])('reads the length of a file as %s with %j, within a frame', async (extension, options) => {
  const length = await lengthOf(extension, await make(extension, ...BOTH, ...options));
  expect(Math.abs((length?.seconds ?? 0) - 6)).toBeLessThanOrEqual(0.1);
  expect(Math.abs((length?.min ?? 0) - 6)).toBeLessThanOrEqual(0.1);
});

test.each([
  ['MPEG-2', 'vob', 'mpeg2video'],
  ['MPEG-1', 'mpg', 'mpeg1video'],
])('reads the length of a program stream of %s, in which few frames have a timestamp', async (_, extension, codec) => {
  const length = await lengthOf(extension, await make(extension, ...picture(6), ...tone(6), '-c:v', codec, '-c:a', 'mp2'));
  expect(Math.abs((length?.seconds ?? 0) - 6)).toBeLessThanOrEqual(0.1);
  expect(length?.min).toBeGreaterThan(4);
  expect(length?.min).toBeLessThanOrEqual(6);
  expect(length?.max).toBeUndefined();
});

test.each(['mp4', 'mov'])('an edit that starts at the first of reordered frames cuts nothing from a file as %s', async (extension) => {
  const source = byteSourceOf(await make(extension, ...picture(4), '-c:v', 'libx264', '-bf', '3', '-pix_fmt', 'yuv420p'));
  const movie = await readMovie(source);
  expect(movie.tracks[0]?.edits[0]?.mediaTime).toBeGreaterThan(0);
  expect(await readSourceLength('isobmff', source, movie, { video: { position: 0, count: 1 }, sound: [] })).toEqual({
    seconds: expect.closeTo(4, 6),
    minSeconds: expect.closeTo(3.96, 6),
    maxSeconds: expect.closeTo(4, 6),
  });
});

test.each([0, 1, 90_000_000])('does not read a duration of %i in the headers of an MP4', async (value) => {
  let file = await make('mp4', ...BOTH);
  for (const [box, offset] of [['mvhd', 20], ['mdhd', 20], ['tkhd', 24]] as const) file = patched(file, box, offset, value);
  expect(await lengthOf('mp4', file)).toMatchObject({ seconds: 6, max: 6 });
});

test('does not read the duration that a Matroska file, a Flash video or an AVI states', async () => {
  const hour = Buffer.alloc(8);
  hour.writeDoubleBE(3_600_000);
  const mkv = await make('mkv', ...BOTH);
  hour.copy(mkv, mkv.indexOf(Buffer.from('448988', 'hex')) + 3);
  expect(await lengthOf('mkv', mkv)).toMatchObject(SIX);
  const flv = await make('flv', ...BOTH);
  hour.copy(flv, flv.indexOf('duration') + 9);
  expect(await lengthOf('flv', flv)).toMatchObject({ seconds: 6, min: 6 });
  const avi = await make('avi', ...picture(6), '-c:v', 'mpeg4');
  avi.writeUInt32LE(30_000, avi.indexOf('strh') + 8 + 32);
  expect(await lengthOf('avi', avi, 0)).toMatchObject({ seconds: 6, min: 6 });
});

describe('tracks of different length', () => {
  test.each(['mp4', 'mkv'])('the longest kept track decides in %s', async (extension) => {
    const file = await make(extension, ...picture(2), ...tone(6), ...CODECS);
    expect(await lengthOf(extension, file, 1)).toMatchObject({ seconds: 6, min: 6 });
    expect(await lengthOf(extension, file, 0)).toMatchObject({ seconds: 2, min: 2 });
  });

  test('a track that may be cut need not be whole', async () => {
    const source = byteSourceOf(await make('mp4', ...picture(2), ...tone(6), ...CODECS));
    const sound = [{ position: 0, count: 1, mayBeCut: true }];
    const kept = { video: { position: 0, count: 1 }, sound };
    expect(await readSourceLength('isobmff', source, await readMovie(source), kept)).toMatchObject({ minSeconds: expect.closeTo(1.96) });
  });

  test('a late start lengthens the file but not its minimum length', async () => {
    const file = await make('mp4', '-itsoffset', '4', ...picture(2), ...tone(3), ...CODECS, '-fps_mode', 'passthrough');
    expect(await lengthOf('mp4', file)).toMatchObject({ seconds: 6, min: 3, max: 6 });
  });
});

describe('edit lists', () => {
  test('allows for decoders that ignore a cut', async () => {
    const whole = await make('mp4', ...picture(6), ...CODECS, '-an');
    const cut = patched(whole, 'elst', 12, 2000);
    expect(await lengthOf('mp4', cut, 0)).toMatchObject({ seconds: 2, min: 2, max: 6 });
  });
});

describe('clocks', () => {
  const part = (seconds: number, offset: number, extension = 'ts'): Promise<Buffer> =>
    extension === 'ts'
      ? make('ts', ...picture(seconds), ...tone(seconds), ...CODECS, '-output_ts_offset', String(offset))
      : make(extension, ...picture(seconds), ...tone(seconds), '-c:v', 'mpeg2video', '-c:a', 'mp2', '-output_ts_offset', String(offset));

  test.each([
    ['forward', [0, 5000]],
    ['back', [5000, 0]],
    ['to the start', [0, 0]],
    ['back by a second', [10, 12]],
    ['a day back', [90_000, 300]],
    ['several times', [0, 5000, 100, 100]],
  ])('a transport stream whose clock jumps %s lasts as long as its parts', async (_, offsets) => {
    const parts = await Promise.all(offsets.map((offset) => part(3, offset)));
    const length = await lengthOf('ts', Buffer.concat(parts));
    const expected = 3 * offsets.length;
    expect(Math.abs((length?.seconds ?? 0) - expected)).toBeLessThanOrEqual(0.1 * offsets.length);
    expect(length?.min).toBeLessThanOrEqual(expected);
    expect(length?.max).toBeGreaterThanOrEqual(expected);
  });

  test.each([
    ['picture', [...picture(60), ...tone(40)]],
    ['sound', [...picture(40), ...tone(60)]],
    ['second sound', [...picture(40), ...tone(40), ...tone(60), '-map', '0', '-map', '1', '-map', '2']],
  ])('a transport stream of more than 16 MB lasts as long as its %s', async (_, inputs) => {
    const file = stuffed(await make('ts', ...inputs, ...CODECS, '-output_ts_offset', '95430'), 17 * 1024 * 1024);
    const length = await lengthOf('ts', file, inputs.includes('-map') ? 2 : 1);
    expect(Math.abs((length?.seconds ?? 0) - 60)).toBeLessThan(0.5);
    expect(length?.min).toBeLessThanOrEqual(60);
  });

  test.each(['vob', 'mpg'])('a program stream as %s whose clock jumps lasts as long as its parts', async (extension) => {
    const file = Buffer.concat([await part(3, 900, extension), await part(3, 0, extension)]);
    expect((await lengthOf(extension, file))?.seconds).toBeCloseTo(6, 0);
  });

  test.each([
    ['sound 3 s before the picture', ['-itsoffset', '3', ...picture(2), ...tone(8)], 8],
    ['sound 40 s before the picture', ['-itsoffset', '40', ...picture(2), ...tone(50)], 50],
    ['sound 20 s after the start of the picture', [...picture(30), '-itsoffset', '20', ...tone(20)], 40],
  ])('a transport stream with %s lasts to the end of the later one', async (_, inputs, seconds) => {
    const file = await make('ts', ...inputs, ...CODECS, '-fps_mode', 'passthrough');
    expect(Math.abs(((await lengthOf('ts', file))?.seconds ?? 0) - seconds)).toBeLessThan(0.5);
  });

  test('a gap of less than ten seconds counts as elapsed time', async () => {
    const file = Buffer.concat([await part(3, 0), await part(3, 8)]);
    expect((await lengthOf('ts', file))?.seconds).toBeCloseTo(11, 0);
  });

  test('a frame that lasts a minute may be a clock jump', async () => {
    const file = await make('mp4', ...picture(70), '-vf', 'select=lt(n\\,50)+gt(n\\,1700)', '-fps_mode', 'vfr', ...CODECS);
    expect(await lengthOf('mp4', file, 0)).toMatchObject({ seconds: 70, min: 3.9, max: 70 });
  });
});

test('returns undefined if the end of a file has no timestamps', async () => {
  const ts = await make('ts', ...BOTH);
  expect(await lengthOf('ts', Buffer.alloc(ts.length))).toBeUndefined();
  const avi = await make('avi', ...picture(1), '-c:v', 'mpeg4');
  expect(await lengthOf('avi', avi.subarray(0, avi.indexOf('idx1')), 0)).toBeUndefined();
  expect(await lengthOf('asf', ts)).toBeUndefined();
});
