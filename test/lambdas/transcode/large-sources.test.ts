import type { ProbeResult } from '@aws-sdk/client-mediaconvert';
import { inspectSource } from '../../../lambdas/transcode/inspect-source.ts';
import { openSource } from '../../../media/open-source.ts';
import { box, movie, u16, u32 } from '../../support/media/box-builder.ts';
import { type SparseFile, sparseSource } from '../../support/media/sparse-source.ts';

const GIBIBYTE = 1024 ** 3;

/** Inspects a file with one video and several sound tracks, which must not use up its budget. */
async function inspect(file: SparseFile, sounds: number) {
  const video = { TrackType: 'video' as const, Codec: 'AVC' as const, VideoProperties: { Width: 640, Height: 360 } };
  const sound = { TrackType: 'audio' as const, Codec: 'AAC' as const, AudioProperties: { Channels: 2, SampleRate: 48_000 } };
  const probe: ProbeResult = { Container: { Format: 'mp4', Tracks: [video, ...Array.from({ length: sounds }, () => sound)] } };
  const source = openSource(sparseSource(file));
  const { facts, warnings } = await inspectSource(source, () => Promise.resolve(probe));
  expect(source.isExhausted()).toBe(false);
  return { facts, warnings };
}

function u64(value: number): Buffer {
  return u32(Math.floor(value / 2 ** 32), value % 2 ** 32);
}

/** Writes a table of 32-bit numbers. */
function column(count: number, valueAt: (index: number) => number): Buffer {
  const bytes = Buffer.alloc(count * 4);
  for (let index = 0; index < count; index += 1) bytes.writeUInt32BE(valueAt(index), index * 4);
  return bytes;
}

const MP4V = box('stsd', [u32(0, 1), box('mp4v', [Buffer.alloc(6), u16(1), Buffer.alloc(16), u16(640, 360), Buffer.alloc(50)])]);
const MP4A = box('stsd', [u32(0, 1), box('mp4a', [Buffer.alloc(6), u16(1, 0, 0, 0, 0, 2, 16, 0, 0), u32(48_000 * 2 ** 16)])]);

function track(id: number, handler: string, timescale: number, ...tables: Buffer[]): Buffer {
  const tkhd = box('tkhd', [u32(1, 0, 0, id, 0, 0, 0, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000, 0, 0)]);
  const mdhd = box('mdhd', [u32(0, 0, 0, timescale, 0), u16(0x15c7, 0)]);
  const hdlr = box('hdlr', [u32(0, 0), Buffer.from(handler), u32(0, 0, 0), Buffer.alloc(1)]);
  return box('trak', [tkhd, box('mdia', [mdhd, hdlr, box('minf', box('stbl', tables))])]);
}

test('reads an MP4 of four hours at 60 frames per second with five sound tracks', async () => {
  const [frames, packets, chunks] = [864_000, 675_000, 14_400];
  const offsets = (base: number): Buffer => box('co64', [u32(0, chunks), Buffer.concat(Array.from({ length: chunks }, (_, chunk) => u64(base + chunk * 2_000_000)))]);
  const picture = track(
    1, 'vide', 60, MP4V,
    box('stts', u32(0, 1, frames, 1)),
    box('ctts', [u32(0, frames), Buffer.alloc(frames * 8, u32(1, 1))]),
    box('stss', [u32(0, frames / 60), column(frames / 60, (index) => index * 60 + 1)]),
    box('stsz', [u32(0, 0, frames), Buffer.alloc(frames * 4, u32(20_000, 20_100, 20_050))]),
    box('stsc', u32(0, 1, 1, 60, 1)),
    offsets(100_000_000),
  );
  const sounds = Array.from({ length: 5 }, (_, index) =>
    track(
      index + 2, 'soun', 48_000, MP4A,
      box('stts', u32(0, 1, packets, 1024)),
      box('stsz', u32(0, 300, packets)),
      box('stsc', u32(0, 1, 1, 47, 1)),
      offsets(101_500_000 + index * 20_000),
    ),
  );
  const head = movie(picture, Buffer.concat(sounds));
  const mediaHead = Buffer.concat([u32(1), Buffer.from('mdat'), u64(29 * GIBIBYTE - head.length)]);
  const { facts, warnings } = await inspect({ size: 29 * GIBIBYTE, head: Buffer.concat([head, mediaHead]), filler: Buffer.of(0xa5) }, 5);
  expect(warnings).toEqual([]);
  expect(facts).toMatchObject({ durationMs: 14_400_000, video: { frameRate: { numerator: 60, denominator: 1 } } });
});

test('reads a fragmented MP4 of twelve hours in fragments of two seconds', async () => {
  const [fragments, fragmentBytes] = [21_600, 1_000_000];
  const trex = (id: number, ticks: number): Buffer => box('trex', u32(0, id, 1, ticks, 0, 0));
  const head = movie(track(1, 'vide', 60, MP4V, box('stts', u32(0, 0))), track(2, 'soun', 48_000, MP4A, box('stts', u32(0, 0))), box('mvex', [trex(1, 1), trex(2, 1024)]));
  const fragment = (index: number): Buffer => {
    const traf = (id: number, time: number, samples: number): Buffer =>
      box('traf', [box('tfhd', u32(0x02_0000, id)), box('tfdt', u32(0, time)), box('trun', u32(1, samples, 1000))]);
    const moof = box('moof', [box('mfhd', u32(0, index + 1)), traf(1, index * 120, 120), traf(2, index * 96_000, 94)]);
    return Buffer.concat([moof, box('mdat', [], fragmentBytes - moof.length)]);
  };
  const size = head.length + fragments * fragmentBytes;
  const { facts, warnings } = await inspect({ size, head, unitBytes: fragmentBytes, unitAt: fragment, filler: Buffer.of(0xa5) }, 1);
  expect(warnings).toEqual([]);
  expect(Math.round((facts.durationMs ?? 0) / 1000)).toBe(43_200);
  expect(facts.video.frameRate).toEqual({ numerator: 60, denominator: 1 });
});

/** Writes an element with a size of eight bytes. */
function element(id: string, content: Uint8Array, claimed = content.length): Buffer {
  const size = u64(claimed);
  size[0] = 1;
  return Buffer.concat([Buffer.from(id, 'hex'), size, content]);
}

test('reads a Matroska file of ten hours in clusters of five seconds', async () => {
  const [clusters, clusterBytes, blockBytes] = [7200, 4_000_000, 13_000];
  const entry = (number: number, type: number, codec: string): Buffer =>
    element('ae', Buffer.concat([element('d7', Buffer.of(number)), element('83', Buffer.of(type)), element('86', Buffer.from(codec))]));
  const head = Buffer.concat([
    element('1a45dfa3', element('4282', Buffer.from('matroska'))),
    Buffer.concat([Buffer.from('1853806701ffffffffffffff', 'hex'), element('1654ae6b', Buffer.concat([entry(1, 1, 'V_VP8'), entry(2, 2, 'A_OPUS')]))]),
  ]);
  const cluster = (index: number): Buffer => {
    const bytes = Buffer.alloc(clusterBytes, 0xa5);
    element('1f43b675', element('e7', u32(index * 5000)), clusterBytes - 12).copy(bytes);
    for (let block = 0; block < 300; block += 1) {
      const time = Math.round((block * 5000) / 300);
      const isLast = block === 299;
      const at = 25 + block * blockBytes;
      const size = isLast ? clusterBytes - at : blockBytes;
      element('a3', Buffer.from([0x81 + (block % 2), time >> 8, time & 0xff, 0x80]), size - 9).copy(bytes, at);
    }
    return bytes;
  };
  const made = new Map<number, Buffer>();
  const unitAt = (index: number): Buffer => {
    const bytes = made.get(index) ?? cluster(index);
    made.clear();
    made.set(index, bytes);
    return bytes;
  };
  const { facts, warnings } = await inspect({ size: head.length + clusters * clusterBytes, head, unitBytes: clusterBytes, unitAt }, 1);
  expect(warnings).toEqual([]);
  expect(Math.round((facts.durationMs ?? 0) / 5000)).toBe(clusters);
});

/** Writes a packet of a transport stream. @param head begins with the PES header */
function packet(packetId: number, counter: number, head: Buffer, startsUnit = true): Buffer {
  return Buffer.concat([Buffer.from([0x47, (startsUnit ? 0x40 : 0) | (packetId >> 8), packetId & 0xff, 0x10 | (counter & 15)]), head, Buffer.alloc(184 - head.length, 0xa5)]);
}

function pes(id: number, ticks: number): Buffer {
  const stamp = Buffer.from([0x21 | (Math.floor(ticks / 2 ** 30) << 1), (ticks / 2 ** 22) & 0xff, ((ticks / 2 ** 14) & 0xfe) | 1, (ticks / 2 ** 7) & 0xff, ((ticks * 2) & 0xfe) | 1]);
  return Buffer.concat([Buffer.from([0, 0, 1, id, 0, 0, 0x80, 0x80, 5]), stamp]);
}

function section(table: number, content: Buffer): Buffer {
  const length = 5 + content.length + 4;
  return Buffer.concat([Buffer.from([0, table, 0xb0, length, 0, 1, 0xc1, 0, 0]), content, Buffer.alloc(4)]);
}

test('reads a transport stream of 25 GiB', async () => {
  const framesPerUnit = 16;
  const packetsPerFrame = 64;
  const unitBytes = framesPerUnit * packetsPerFrame * 188;
  const association = section(0, Buffer.from([0, 1, 0xe1, 0]));
  const map = section(2, Buffer.from([0xe2, 0, 0xf0, 0, 0x10, 0xe2, 0, 0xf0, 0, 0x0f, 0xe2, 1, 0xf0, 0]));
  const inner = Array.from({ length: 16 }, (_, counter) => packet(0x200, counter, Buffer.alloc(0), false));
  const unitAt = (unit: number): Buffer => {
    const packets: Buffer[] = [];
    let [video, sound] = [unit * framesPerUnit * (packetsPerFrame - 3), unit * framesPerUnit];
    for (let frame = 0; frame < framesPerUnit; frame += 1) {
      const ticks = (unit * framesPerUnit + frame) * 3600;
      packets.push(packet(0, unit * framesPerUnit + frame, association), packet(0x100, unit * framesPerUnit + frame, map));
      packets.push(packet(0x200, video++, pes(0xe0, ticks)), packet(0x201, sound++, pes(0xc0, ticks)));
      for (let index = 4; index < packetsPerFrame; index += 1) packets.push(inner[video++ % 16] ?? Buffer.alloc(0));
    }
    return Buffer.concat(packets);
  };
  const units = Math.floor((25 * GIBIBYTE) / unitBytes);
  const { facts, warnings } = await inspect({ size: units * unitBytes, unitBytes, unitAt }, 1);
  expect(warnings).toEqual([]);
  expect(Math.round((facts.durationMs ?? 0) / 1000)).toBe(Math.round(units * framesPerUnit * 0.04));
});
