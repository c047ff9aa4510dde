import { byteSourceOf } from '../../../media/byte-source.ts';
import { declaredEnd } from '../../../media/containers/declared-end.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';

const VIDEO = ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=25:d=0.4', '-pix_fmt', 'yuv420p'];

describe.each([
  ['Matroska', 'matroska', 'a.mkv', ['-c:v', 'mpeg4']],
  ['WebM', 'webm', 'a.webm', ['-c:v', 'libvpx', '-deadline', 'realtime']],
  ['AVI', 'avi', 'a.avi', ['-c:v', 'mpeg4']],
  ['Windows Media', 'asf', 'a.wmv', ['-c:v', 'wmv2']],
  ['MXF', 'mxf', 'a.mxf', ['-c:v', 'mpeg2video']],
])('%s', (_name, container, file, codec) => {
  let bytes: Buffer;
  beforeAll(async () => void (bytes = await makeWithFfmpeg(file, [...VIDEO, ...codec])));

  const isCutOff = async (cut: Buffer): Promise<boolean> =>
    ((await declaredEnd(container, byteSourceOf(cut))) ?? 0) > cut.length;

  test('declares the end of a complete file', async () => {
    expect(await declaredEnd(container, byteSourceOf(bytes))).toBeGreaterThan(0);
    expect(await isCutOff(bytes)).toBe(false);
  });

  test('ignores bytes after the declared end', async () =>
    expect(await isCutOff(Buffer.concat([bytes, Buffer.alloc(500)]))).toBe(false));

  test.each([0.9, 0.5])('detects a file cut to %d of its bytes', async (share) => {
    expect(await isCutOff(bytes.subarray(0, Math.floor(bytes.length * share)))).toBe(true);
  });

  test('declares nothing in the first 6 bytes', async () => {
    expect(await declaredEnd(container, byteSourceOf(bytes.subarray(0, 6)))).toBeUndefined();
  });
});

const NOISE = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=2', '-pix_fmt', 'yuv420p', '-qscale:v', '2'];

describe.each([
  ['Matroska', 'matroska', 'a.mkv', ['-c:v', 'mpeg4'], '18538067', (bytes: Buffer, at: number) => bytes.writeUInt32BE(bytes.readUInt32BE(at + 8) + 8, at + 8)],
  ['AVI', 'avi', 'a.avi', ['-c:v', 'mpeg4'], '52494646', (bytes: Buffer, at: number) => bytes.writeUInt32LE(bytes.readUInt32LE(at + 4) + 8, at + 4)],
  ['Windows Media', 'asf', 'a.wmv', ['-c:v', 'wmv2'], 'a1dcab8c47a9cf118ee400c00c205365', (bytes: Buffer, at: number) => bytes.writeUInt32LE(bytes.readUInt32LE(at + 40) + 8, at + 40)],
] as const)('%s of which every frame is present', (_name, container, file, codec, id, enlarge) => {
  let bytes: Buffer;
  beforeAll(async () => void (bytes = await makeWithFfmpeg(file, [...NOISE, ...codec])));

  test('is complete although it claims eight bytes more', async () => {
    const enlarged = Buffer.from(bytes);
    enlarge(enlarged, enlarged.indexOf(Buffer.from(id, 'hex')));
    expect(enlarged.equals(bytes)).toBe(false);
    expect(await declaredEnd(container, byteSourceOf(enlarged))).toBeLessThanOrEqual(bytes.length);
  });

  test('is complete without what follows its media, and incomplete without its last frame', async () => {
    const end = (await declaredEnd(container, byteSourceOf(bytes.subarray(0, -4)))) ?? 0;
    expect(await declaredEnd(container, byteSourceOf(bytes.subarray(0, end)))).toBe(end);
    expect(await declaredEnd(container, byteSourceOf(bytes.subarray(0, end - 8)))).toBeGreaterThan(end - 8);
  });
});

test('declares no end for a recording to a pipe', async () => {
  const live = await makeWithFfmpeg('a.mkv', [...VIDEO, '-c:v', 'mpeg4', '-live', '1']);
  expect(await declaredEnd('matroska', byteSourceOf(live.subarray(0, 2000)))).toBeUndefined();
});

test('declares no end for an AVI that was not stopped properly', async () => {
  const avi = await makeWithFfmpeg('a.avi', [...VIDEO, '-c:v', 'mpeg4']);
  avi.writeUInt32LE(0, 4);
  expect(await declaredEnd('avi', byteSourceOf(avi))).toBeUndefined();
});

test('declares no end for a transport stream', async () => {
  expect(await declaredEnd('mpegts', byteSourceOf(Buffer.alloc(188, 0x47)))).toBeUndefined();
});
