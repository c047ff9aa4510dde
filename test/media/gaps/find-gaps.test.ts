import { byteSourceOf } from '../../../media/byte-source.ts';
import { findGaps } from '../../../media/gaps/find-gaps.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { withNoise, withoutPart, withZeros } from '../../support/media/damage.ts';

const SECONDS = 6;
const SOURCE = ['-f', 'lavfi', '-i', `testsrc2=s=160x90:r=25:d=${SECONDS}`, '-f', 'lavfi', '-i', `sine=r=44100:d=${SECONDS}`];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];
const CLUSTERS = ['-cluster_time_limit', '500'];

/** Short pages: the time of a page is that of its end. */
const OGG = ['-c:v', 'libtheora', '-b:v', '1M', '-c:a', 'libvorbis', '-page_duration', '200000'];

/** Containers, with the name of a file, and the arguments after its source. */
const CONTAINERS: readonly (readonly [string, string, readonly string[]])[] = [
  ['mpegts', 'a.ts', [...X264, '-c:a', 'aac']],
  ['mpegts', 'a.m2ts', [...X264, '-c:a', 'ac3']],
  ['mpegps', 'a.mpg', ['-c:v', 'mpeg1video', '-b:v', '1M', '-c:a', 'mp2']],
  ['mpegps', 'a.vob', ['-c:v', 'mpeg2video', '-b:v', '1M', '-c:a', 'mp2']],
  ['matroska', 'a.mkv', [...X264, '-c:a', 'aac', ...CLUSTERS]],
  ['webm', 'a.webm', ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus', ...CLUSTERS]],
  ['flv', 'a.flv', [...X264, '-c:a', 'aac']],
  ['flv', 'speex.flv', ['-c:v', 'flv', '-c:a', 'libspeex', '-ar', '16000']],
  ['ogg', 'a.ogv', OGG],
  ['asf', 'a.wmv', ['-c:v', 'wmv2', '-c:a', 'wmav2']],
  ['mxf', 'a.mxf', ['-c:v', 'mpeg2video', '-b:v', '1M', '-c:a', 'pcm_s16le', '-ar', '48000']],
  ['avi', 'a.avi', [...X264, '-c:a', 'mp3']],
];

function findAll(container: string, file: Buffer) {
  return findGaps(container, byteSourceOf(file), { position: 0, count: 1 });
}

async function find(container: string, file: Buffer) {
  return (await findAll(container, file)).gaps;
}

describe('an Ogg file with checksums', () => {
  /** Changes a byte of each page in the middle sixth. @param at offset in the page, bytes */
  const withWrongPages = (file: Buffer, at: number): Buffer => {
    const copy = Buffer.from(file);
    for (let page = copy.indexOf('OggS'); page >= 0; page = copy.indexOf('OggS', page + 1)) {
      if (page > file.length / 3 && page < file.length / 2) copy[page + at] = (copy[page + at] ?? 0) ^ 0xff;
    }
    return copy;
  };

  test.each([['the number of the stream', 14], ['the position', 8], ['the content', 600]])('has a gap where %s is overwritten', async (_what, at) => {
    const file = await makeWithFfmpeg('a.ogv', [...SOURCE, ...OGG]);
    const [gap, ...others] = await find('ogg', withWrongPages(file, at));
    expect(gap).toMatchObject({ startSeconds: expect.closeTo(2, 0), endSeconds: expect.closeTo(3, 0) });
    expect(others).toEqual([]);
  });
});

describe.each(CONTAINERS)('%s, %s', (container, name, args) => {
  let file: Buffer;
  beforeAll(async () => void (file = await makeWithFfmpeg(name, [...SOURCE, ...args])));

  test('has no gaps if it is intact', async () => {
    expect(await find(container, file)).toEqual([]);
  });

  const isChained = container === 'matroska' || container === 'webm' || container === 'flv';
  if (isChained) test('changes where another file was appended', async () => {
    const { gaps: [change, ...others], seconds } = await findAll(container, Buffer.concat([file, file]));
    expect(seconds).toBeCloseTo(2 * SECONDS, 0);
    expect(change).toEqual({ kind: 'change', startSeconds: expect.closeTo(SECONDS, 0), endSeconds: expect.closeTo(2 * SECONDS, 0) });
    expect(others).toEqual([]);
  });

  // The length of an AVI or MXF is known otherwise.
  if (container !== 'avi' && container !== 'mxf') test('lasts as long with its middle missing', async () => {
    expect((await findAll(container, withoutPart(file))).seconds).toBeCloseTo(SECONDS, 0);
  });

  const damages = [['zeros', withZeros], ['noise', withNoise], ['missing', withoutPart]] as const;

  // An AVI or MXF from which a part was removed ends before its declared end, and is rejected.
  const declaresEnd = container === 'avi' || container === 'mxf';
  test.each(declaresEnd ? damages.slice(0, 2) : damages)('has one gap where its middle is %s', async (_kind, damage) => {
    const gaps = await find(container, damage(file));
    expect(gaps).toHaveLength(1);
    const { startSeconds = 0, endSeconds = 0 } = gaps[0] ?? {};
    // The sixth from two to three seconds, give or take what packets and clusters hold.
    expect(startSeconds).toBeGreaterThan(0.9);
    expect(startSeconds).toBeLessThan(2.5);
    // Pictures of MXF have no times.
    if (container === 'mxf') return;
    expect(endSeconds - startSeconds).toBeGreaterThan(0.5);
    expect(endSeconds).toBeLessThan(4.5);
  });

  test('has two gaps where two parts are damaged', async () => {
    const once = withZeros(file, { from: 0.25, size: 0.1 });
    expect(await find(container, withZeros(once, { from: 0.65, size: 0.1 }))).toHaveLength(2);
  });

  test('has a gap without an end where its end is damaged', async () => {
    const [gap] = await find(container, withZeros(file, { from: 0.8, size: 0.2 }));
    expect(gap).toMatchObject({ endSeconds: undefined, reachesEnd: true });
    expect(gap?.startSeconds).toBeGreaterThan(3);
  });
});

test('a program stream without some of its packs has a gap', async () => {
  const file = await makeWithFfmpeg('a.mpg', [...SOURCE.slice(0, 4), '-c:v', 'mpeg2video', '-b:v', '1M']);
  const pack = (share: number): number => Math.floor((file.length * share) / PACK_BYTES) * PACK_BYTES;
  const gaps = await find('mpegps', Buffer.concat([file.subarray(0, pack(0.4)), file.subarray(pack(0.6))]));
  expect(gaps).toEqual([{ startSeconds: expect.closeTo(2.4, 0), endSeconds: expect.closeTo(3.6, 0) }]);
});

const PACK_BYTES = 2048;

test.each([['inside a page', false], ['between pages', true]])('an Ogg file that ends %s is cut off', async (_place, betweenPages) => {
  const file = await makeWithFfmpeg('a.ogv', [...SOURCE, '-c:v', 'libtheora', '-b:v', '1M', '-c:a', 'libvorbis']);
  const end = Math.floor(file.length * 0.6);
  const gaps = await find('ogg', file.subarray(0, betweenPages ? file.indexOf('OggS', end) : end));
  expect(gaps).toMatchObject([{ reachesEnd: true, endSeconds: undefined }]);
});

describe('a transport stream', () => {
  const [PACKET, LONG_GOP] = [188, ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=4', ...X264.slice(0, -1), '50']];
  const packetsOf = (file: Buffer): Buffer[] => Array.from({ length: file.length / PACKET }, (_, index) => file.subarray(index * PACKET, (index + 1) * PACKET));
  /** ffmpeg's first stream has packet id 0x100. */
  const isPicture = (packet: Buffer): boolean => (packet.readUInt16BE(1) & 0x1fff) === 0x100;

  test('has a damaged picture from a missing packet to the next key frame', async () => {
    const packets = packetsOf(await makeWithFfmpeg('a.ts', LONG_GOP));
    const lost = packets.findIndex((packet, index) => index > packets.length / 4 && isPicture(packet));
    const gaps = await find('mpegts', Buffer.concat(packets.toSpliced(lost, 1)));
    expect(gaps).toEqual([{ kind: 'picture', startSeconds: expect.any(Number), endSeconds: expect.closeTo(2) }]);
    expect(gaps[0]?.startSeconds).toBeLessThan(1.9);
  });

  test('may send packets twice', async () => {
    const packets = packetsOf(await makeWithFfmpeg('a.ts', LONG_GOP));
    expect(await find('mpegts', Buffer.concat(packets.flatMap((packet) => [packet, packet])))).toEqual([]);
  });

  const second = [...LONG_GOP, '-output_ts_offset', '4'];
  test.each([
    ['codec', [...LONG_GOP.slice(0, 4), '-c:v', 'mpeg2video', '-output_ts_offset', '4']],
    ['packet id', [...second, '-mpegts_start_pid', '0x300']],
    ['packet id and that of its map', [...second, '-mpegts_start_pid', '0x300', '-mpegts_pmt_start_pid', '0x1200']],
  ])('changes where its picture has another %s', async (_what, args) => {
    const file = Buffer.concat([await makeWithFfmpeg('a.ts', LONG_GOP), await makeWithFfmpeg('a.ts', args)]);
    const changes = (await find('mpegts', file)).filter(({ kind }) => kind === 'change');
    expect(changes).toEqual([{ kind: 'change', startSeconds: expect.closeTo(4, 0), endSeconds: expect.closeTo(8, 0) }]);
  });

  test('does not change where a recording with the same streams follows', async () => {
    const file = Buffer.concat([await makeWithFfmpeg('a.ts', LONG_GOP), await makeWithFfmpeg('a.ts', second)]);
    expect((await find('mpegts', file)).filter(({ kind }) => kind === 'change')).toEqual([]);
  });
});
