import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planFmp4Segment } from '../../../media/packaging/fmp4/media-segment.ts';
import type { SourceIndex } from '../../../media/packaging/index/source-index.ts';
import { planTransportSegment } from '../../../media/packaging/mpegts/transport-segment.ts';
import { makeSources } from '../../support/media/packaging/make-sources.ts';
import { mediaChecksums } from '../../support/media/packaging/media-checksums.ts';
import { indexFile, packageAsFmp4, packageAsTs, segmentsOf } from '../../support/media/packaging/package-file.ts';
import { MORE_MEDIA, moreMediaFolder } from '../../support/more-media.ts';
import { comparePackets, type Packet, probePackets, readFragmentPackets, withPositiveOffsets } from '../../support/media/packaging/packet-tables.ts';

let folder: string;
let sources: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packaged-'));
  sources = await makeSources(folder);
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

async function open(name: string) {
  const path = sources[name] ?? '';
  const file = await readFile(path);
  return { path, file, index: await indexFile(file) };
}

const probed = new Map<string, Promise<Packet[][]>>();

/** Reads the packets of a source, once. ffprobe shows pictures late where offsets in fragments are negative. */
function readSource(name: string, path: string, file: Buffer): Promise<Packet[][]> {
  const packets = probed.get(name) ?? readOnce(name, path, file);
  probed.set(name, packets);
  return packets;
}

async function readOnce(name: string, path: string, file: Buffer): Promise<Packet[][]> {
  return name === 'hevc-fragmented' ? readFragmentPackets(file).map(withPositiveOffsets) : probePackets(path);
}

const ONE_STRETCH = [
  'b-frames', 'hvc1', 'video-only', 'sound-only', 'mp3', 'ac3', 'negative-offsets', 'moov-first', 'fragmented', 'partly-fragmented',
  'two-sounds', 'coarse-timescale', 'quicktime', 'hev1', 'hevc-fragmented', 'trimmed-at-key-frame', 'footage', 'large-offsets',
  'rotated', 'edited-start', 'edited-end', 'delayed', 'vp9-opus',
  'lost-fragment',
];

test.each(ONE_STRETCH)('fragments of %s have the packets of the source', async (name) => {
  const { path, file, index } = await open(name);
  const packets = readFragmentPackets(packageAsFmp4(file, index));
  expect(comparePackets(await readSource(name, path, file), packets)).toEqual({ shift: expect.any(Number), differences: [] });
  expect(Math.min(...packets.flat().map(({ dts }) => dts))).toBeLessThan(0.01);
  expect(Math.min(...packets.flat().map(({ pts }) => pts))).toBeLessThanOrEqual(0.25);
});

// mp4box misreads FLAC, also in files of ffmpeg.
test('fragments of av1-flac have the packets of the source', async () => {
  const { path, file, index } = await open('av1-flac');
  const output = join(folder, 'av1-flac.packaged.mp4');
  await writeFile(output, packageAsFmp4(file, index));
  expect(comparePackets(await probePackets(path), await probePackets(output))).toEqual({ shift: expect.any(Number), differences: [] });
});

// ffprobe moves sound to the start of the second edit, by up to a frame.
test('fragments of two-parts have the pictures of the source', async () => {
  const { path, file, index } = await open('two-parts');
  const [pictures] = readFragmentPackets(packageAsFmp4(file, index, [0]));
  const [expected] = await probePackets(path);
  expect(comparePackets([expected ?? []], [pictures ?? []])).toEqual({ shift: expect.any(Number), differences: [] });
});

test('edits that continue each other are packaged as one', async () => {
  const [one, several] = [await open('one-edit'), await open('several-edits')];
  expect(packageAsFmp4(several.file, several.index).equals(packageAsFmp4(one.file, one.index))).toBe(true);
});

test('sound keeps its distance from the pictures after a jump', async () => {
  const { file, index } = await open('two-parts');
  const [pictures = [], sound = []] = readFragmentPackets(packageAsFmp4(file, index));
  const original = await open('b-frames');
  const [originalPictures = [], originalSound = []] = readFragmentPackets(packageAsFmp4(original.file, original.index));
  // The second part begins two seconds earlier than in the original.
  const moved = (packets: typeof sound) => packets.filter(({ pts }) => pts > 4.2 && pts < 6).map(({ pts, size }) => [(pts - 2).toFixed(6), size]);
  const kept = (packets: typeof sound) => packets.filter(({ pts }) => pts > 2.2 && pts < 4).map(({ pts, size }) => [pts.toFixed(6), size]);
  expect(kept(pictures)).toEqual(moved(originalPictures));
  expect(kept(sound)).toEqual(moved(originalSound));
});

/** Half a tick of 90 kHz in the output and in the source, and as much again for the first packet, which decides the shift. */
const TICK = { seconds: 2 / 90_000, sizes: false };

/** Returns the positions of the first video and the first sound track, whatever their codecs. */
function firstTracks({ tracks }: SourceIndex): number[] {
  const positions = (['video', 'audio'] as const).map((kind) => tracks.findIndex((track) => track.kind === kind));
  return positions.filter((position) => position >= 0);
}

test.each([
  'b-frames', 'hvc1', 'video-only', 'sound-only', 'mp3', 'ac3', 'negative-offsets', 'fragmented', 'coarse-timescale', 'hev1',
  'hevc-fragmented', 'trimmed-at-key-frame', 'footage', 'edited-start', 'edited-end', 'delayed',
])('the transport stream of %s has the packets of the source', async (name) => {
  const { path, file, index } = await open(name);
  const chosen = firstTracks(index);
  const stream = join(folder, `${name}.ts`);
  await writeFile(stream, packageAsTs(file, index, chosen));
  const expected = (await readSource(name, path, file)).filter((_, position) => chosen.includes(position));
  expect(comparePackets(expected, await probePackets(stream), TICK)).toEqual({ shift: expect.any(Number), differences: [] });
});

test.each([
  'b-frames', 'hvc1', 'hev1', 'negative-offsets', 'partly-fragmented', 'mp3', 'ac3', 'video-only', 'sound-only', 'footage-start',
])('the media of %s is that of the source, byte by byte and decoded', async (name) => {
  const { path, file, index } = await open(name);
  const chosen = firstTracks(index);
  const [video, sound] = (['video', 'audio'] as const).map((kind) => index.tracks.find((track) => track.kind === kind)?.codec);
  const options = { video: video as 'h264' | 'hevc' | undefined, sound };
  const outputs = [join(folder, `${name}.packaged.mp4`), join(folder, `${name}.packaged.ts`)];
  await writeFile(outputs[0] ?? '', packageAsFmp4(file, index, chosen));
  await writeFile(outputs[1] ?? '', packageAsTs(file, index, chosen));
  const [expected, ...packaged] = await mediaChecksums([path, ...outputs], options);
  expect((expected?.pictures.length ?? 0) + (expected?.sound.length ?? 0)).toBeGreaterThan(50);
  expect(packaged).toEqual([expected, expected]);
});

test.each(['edited-start', 'trimmed-at-key-frame'])('the shown pictures of %s decode like those of the source', async (name) => {
  const { path, file, index } = await open(name);
  const output = join(folder, `${name}.shown.mp4`);
  await writeFile(output, packageAsFmp4(file, index));
  const options = { video: 'h264', sound: undefined, followsEdits: true } as const;
  const [source, shown] = await mediaChecksums([path, output], options);
  expect(source?.pictures.length).toBeGreaterThan(0);
  expect(shown?.pictures).toEqual(source?.pictures);
});

test.each(['vp9-opus', 'av1-flac'])('%s has no place in a transport stream', async (name) => {
  const { file, index } = await open(name);
  expect(() => packageAsTs(file, index)).toThrow(expect.objectContaining({ code: 'not_in_mpeg_ts' }));
  expect(() => packageAsTs(file, index, [1])).toThrow(expect.objectContaining({ code: 'not_in_mpeg_ts' }));
});

test('segments of a transport stream begin with tables and a key frame, and their counters continue', async () => {
  const { file, index } = await open('b-frames');
  const last = new Map<number, number>();
  for (const segment of segmentsOf(file, index, planTransportSegment)) {
    const packets = Array.from({ length: segment.length / 188 }, (_, packet) => segment.subarray(188 * packet, 188 * (packet + 1)));
    expect(packets.slice(0, 2).map((packet) => packet.readUInt16BE(1) & 0x1fff)).toEqual([0, 0x1000]);
    const picture = packets.find((packet) => (packet.readUInt16BE(1) & 0x1fff) === 0x100);
    // An adaptation field with random access and a clock, before the pictures that depend on it.
    expect([picture?.[3], picture?.[5]].map((byte) => (byte ?? 0) & 0xf0)).toEqual([0x30, 0x50]);
    for (const packet of packets.slice(2)) {
      const [packetId, counter] = [packet.readUInt16BE(1) & 0x1fff, (packet[3] ?? 0) & 0x0f];
      expect(counter).toBe(((last.get(packetId) ?? 15) + 1) % 16);
      last.set(packetId, counter);
    }
  }
  expect([...last.keys()]).toEqual([0x100, 0x101]);
});

test('a segment of video and sound takes one read of little more than itself', async () => {
  const { file, index } = await open('footage');
  const { plan } = index;
  for (let segment = 0; segment < plan.segments; segment += 1) {
    const { ranges, bytes } = planFmp4Segment(index, { plan, segment });
    expect(ranges).toHaveLength(1);
    expect(ranges[0]?.length).toBeLessThan(1.4 * bytes + 100_000);
  }
  expect(file.length).toBeGreaterThan(20_000_000);
});

const more = readMoreMedia();

(moreMediaFolder === undefined ? describe.skip : describe)('further videos', () => {
  test.each(more)('$name is packaged like its source, or has a code', async ({ name, code }) => {
    const path = join(moreMediaFolder ?? '', name);
    const file = await readFile(path);
    const outcome = await indexFile(file).then(
      async (index) => comparePackets(await probePackets(path), readFragmentPackets(packageAsFmp4(file, index))).differences,
      (error: { code?: string }) => [error.code],
    );
    expect(outcome).toEqual(code === undefined ? [] : [code]);
  });
});

/** Lists the files of the folder of further videos, with the code of those that cannot be packaged. */
function readMoreMedia(): { readonly name: string; readonly code: string | undefined }[] {
  if (moreMediaFolder === undefined) return [{ name: MORE_MEDIA, code: undefined }];
  const [, ...lines] = readFileSync(join(moreMediaFolder, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n');
  const codes: Readonly<Record<string, string>> = { 'broken_nomoov.mp4': 'not_mp4', 'phone_h263_amr.3gp': 'unsupported_video_codec' };
  return lines.map((line) => {
    const [name = ''] = line.split('\t');
    return { name, code: codes[name] ?? (/\.(?:ts|webm|mkv)$/.test(name) ? 'not_mp4' : undefined) };
  });
}
