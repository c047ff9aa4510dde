import type { ProbeResult } from '@aws-sdk/client-mediaconvert';
import { inspectSource } from '../../../lambdas/transcode/inspect-source.ts';
import { UploadRejectedError } from '../../../lambdas/chain/errors.ts';
import { openSource, REQUEST_LIMITS, STEP_LIMITS } from '../../../media/open-source.ts';
import { box, movie, trak, u16, u32 } from '../../support/media/box-builder.ts';
import { type SparseFile, sparseSource } from '../../support/media/sparse-source.ts';

const GIBIBYTE = 1024 ** 3;
/** Size of each file, which nothing holds. */
const HUGE = 29 * GIBIBYTE;

function probeOf(format: string): ProbeResult {
  const video = { TrackType: 'video' as const, Codec: 'AVC' as const, VideoProperties: { Width: 640, Height: 360 } };
  const sound = { TrackType: 'audio' as const, Codec: 'AAC' as const, AudioProperties: { Channels: 2, SampleRate: 48_000 } };
  return { Container: { Format: format as never, Duration: 10, Tracks: [video, sound] } };
}

/** Inspects a file. Returns its container or the code with which it ends, and the use of its budget. */
async function inspect(file: SparseFile) {
  const raw = sparseSource(file);
  // Fewer steps than a real file may take, which would take seconds.
  const source = openSource(raw, { ...STEP_LIMITS, maxReads: 30_000 });
  const outcome = await inspectSource(source, () => Promise.resolve(probeOf('mp4'))).then(
    ({ facts }) => facts.container,
    (error: unknown) => {
      if (error instanceof UploadRejectedError) return error.code;
      throw error;
    },
  );
  const { reads, bytes } = raw.counted;
  return { outcome, isBounded: reads <= REQUEST_LIMITS.maxReads && bytes <= REQUEST_LIMITS.maxBytes };
}

function repeat(count: number, make: (index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));
}

function u64(value: number): Buffer {
  return u32(Math.floor(value / 2 ** 32), value % 2 ** 32);
}

function boxHead(type: string, size: number): Buffer {
  return size < 2 ** 32 ? box(type, [], size) : Buffer.concat([u32(1), Buffer.from(type, 'latin1'), u64(size)]);
}

const FTYP = box('ftyp', Buffer.from('isom\0\0\0\0isom', 'latin1'));
const TREX = box('mvex', box('trex', u32(0, 1, 1, 0, 0, 0)));

function tables(handler: string, ...boxes: Buffer[]): Buffer {
  const tkhd = box('tkhd', [u32(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000, 0, 0)]);
  const mdhd = box('mdhd', [u32(0, 0, 0, 1000, 600), u16(0x15c7, 0)]);
  const hdlr = box('hdlr', [u32(0, 0), Buffer.from(handler), u32(0, 0, 0), Buffer.alloc(1)]);
  return box('trak', [tkhd, box('mdia', [mdhd, hdlr, box('minf', box('stbl', boxes))])]);
}

const MP4A = box('stsd', [u32(0, 1), box('mp4a', [Buffer.alloc(6), u16(1, 0, 0, 0, 0, 2, 16, 0, 0), u32(48_000 * 2 ** 16)])]);
const FRAGMENTED = Buffer.concat([movie(trak(), TREX)]);
/** A fragment whose runs claim four billion samples each. */
const MANY_RUNS = box('moof', [
  box('mfhd', u32(0, 1)),
  box('traf', [box('tfhd', u32(0, 1)), box('tfdt', u32(0, 0)), repeat(4000, () => box('trun', u32(0, 0xffff_ffff)))]),
]);
const SCATTERED = tables(
  'soun',
  MP4A,
  box('stts', u32(0, 1, 20_000, 20)),
  box('stsz', u32(0, 1000, 20_000)),
  box('stsc', u32(0, 1, 1, 1, 1)),
  box('co64', [u32(0, 20_000), repeat(20_000, (index) => u64(index * 1_400_000))]),
);

describe('an MP4', () => {
  test.each<[string, SparseFile, string]>([
    ['has a box every 300 KB of 29 GiB', { size: HUGE, head: FTYP, unitBytes: 300_000, unitAt: () => boxHead('free', 300_000) }, 'isobmff'],
    ['has fragments alone', { size: HUGE, head: FTYP, unitBytes: 300_000, unitAt: () => boxHead('moof', 300_000) }, 'missing_index'],
    ['has a movie box of 29 GiB', { size: HUGE, head: Buffer.concat([FTYP, boxHead('moov', HUGE - FTYP.length)]) }, 'isobmff'],
    [
      'has a movie box of 20 GiB, and media data beyond its end',
      { size: HUGE, head: Buffer.concat([FTYP, boxHead('moov', 20 * GIBIBYTE)]), unitBytes: 20 * GIBIBYTE - 16, unitAt: (unit) => (unit === 1 ? boxHead('mdat', HUGE) : Buffer.alloc(0)) },
      'incomplete_file',
    ],
    ['has 100 videos that claim four billion frames each', { size: HUGE, head: movie(repeat(100, () => trak({ stts: u32(1, 0xffff_ffff, 1) }))), unitAt: (unit) => (unit === 0 ? boxHead('mdat', GIBIBYTE) : Buffer.alloc(0)) }, 'isobmff'],
    ['has fragments with thousands of runs of four billion samples', { size: HUGE, head: FRAGMENTED, unitBytes: MANY_RUNS.length, unitAt: () => MANY_RUNS }, 'isobmff'],
    ['has fragments of eight bytes', { size: HUGE, head: FRAGMENTED, filler: box('free') }, 'isobmff'],
    ['has sound with alternating damage in 16 tracks', { size: HUGE, head: movie(trak(), repeat(16, () => SCATTERED)), unitBytes: 2_800_000, unitAt: () => Buffer.alloc(1_400_000, 1) }, 'isobmff'],
    ['ends with words that look like a movie box', { size: 2 * 1024 * 1024, head: Buffer.concat([FTYP, boxHead('mdat', HUGE)]), filler: Buffer.from('moov') }, 'incomplete_file'],
  ])('stays within its budget if it %s', async (_name, file, outcome) => expect(await inspect(file)).toEqual({ outcome, isBounded: true }));
});

/** Writes an element with a size of eight bytes. */
function element(id: string, content: Uint8Array, claimed = content.length): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(claimed) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, 'hex'), size, content]);
}

const EBML = element('1a45dfa3', element('4282', Buffer.from('matroska')));
const VIDEO_ENTRY = element('ae', Buffer.concat([element('d7', Buffer.of(1)), element('83', Buffer.of(1)), element('86', Buffer.from('V_MPEG4/ISO/AVC'))]));
const UNKNOWN_SIZE = 'ffffffffffffff';

function matroska(tracks: Buffer, ...others: Buffer[]): Buffer {
  return Buffer.concat([EBML, Buffer.from(`1853806701${UNKNOWN_SIZE}`, 'hex'), element('1654ae6b', tracks), ...others]);
}

const CLUSTER = Buffer.from('1f43b67501ffffffffffffffe78100', 'hex');
const SMALL_BLOCK = Buffer.from('a38481000080', 'hex');

describe('a Matroska file', () => {
  test.each<[string, SparseFile]>([
    ['has a block of 20 GiB', { size: HUGE, head: Buffer.concat([matroska(VIDEO_ENTRY), CLUSTER, element('a3', Buffer.from('81000080', 'hex'), 20 * GIBIBYTE)]) }],
    ['has clusters of unknown size with nothing in them', { size: HUGE, head: matroska(VIDEO_ENTRY), filler: CLUSTER }],
    ['has clusters with one tiny block', { size: HUGE, head: matroska(VIDEO_ENTRY), filler: Buffer.concat([CLUSTER, SMALL_BLOCK]) }],
    ['has tiny blocks alone', { size: 16 * 1024 * 1024, head: Buffer.concat([matroska(VIDEO_ENTRY), CLUSTER]), filler: SMALL_BLOCK }],
    ['has 3,000 tracks', { size: HUGE, head: Buffer.concat([matroska(repeat(3_000, () => Buffer.from('ae86d78101830102', 'hex'))), CLUSTER]) }],
    ['has elements of no size', { size: HUGE, head: Buffer.concat([matroska(VIDEO_ENTRY), CLUSTER]), filler: Buffer.from('ec80', 'hex') }],
  ])('stays within its budget if it %s', async (_name, file) => expect(await inspect(file)).toEqual({ outcome: 'matroska', isBounded: true }));
});

/** A packet of a transport stream with a PES header. */
function pesPacket(packetId: number): Buffer {
  const packet = Buffer.alloc(188, 0xff);
  packet.set([0x47, 0x40 | (packetId >> 8), packetId & 0xff, 0x10, 0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1]);
  return packet;
}

function section(packetId: number, table: number, content: Buffer): Buffer {
  const length = 5 + content.length + 4;
  const packet = Buffer.alloc(188, 0xff);
  packet.set([0x47, 0x40 | (packetId >> 8), packetId & 0xff, 0x10, 0, table, 0xb0 | (length >> 8), length & 0xff, 0, 1, 0xc1, 0, 0, ...content]);
  return packet;
}

const PROGRAMS = section(0, 0, repeat(40, (index) => u16(index + 1, 0xe000 | (0x100 + index))));
const MAP = section(0x100, 2, Buffer.concat([Buffer.from([0xe2, 0, 0xf0, 0]), Buffer.from([0x1b, 0xe2, 0, 0xf0, 0, 0x0f, 0xe2, 1, 0xf0, 0])]));
const STREAM = Buffer.concat([PROGRAMS, MAP, repeat(4, () => pesPacket(0x200)), repeat(4, () => pesPacket(0x201))]);
const PACK = Buffer.from('000001ba440004000401000003f8', 'hex');
const EMPTY_PES = Buffer.from('000001e00000000001c00000', 'hex');
const SOUND_PES = Buffer.concat([Buffer.from('000001c0000f8080052100010001', 'hex'), Buffer.from('fffd8004fffd8004', 'hex')]);

describe('an MPEG stream', () => {
  test.each<[string, SparseFile, string]>([
    ['has a timestamp in every packet', { size: 188 * 100_000, filler: STREAM }, 'mpegts'],
    ['names programs that do not exist', { size: 188 * 100_000, filler: PROGRAMS }, 'mpegts'],
    ['consists of empty PES packets', { size: 4 * 1024 * 1024, head: PACK, filler: EMPTY_PES }, 'mpegps'],
    ['consists of sound packets of a few bytes', { size: 3 * 1024 * 1024, head: PACK, filler: SOUND_PES }, 'mpegps'],
  ])('stays within its budget if it %s', async (_name, file, outcome) => expect(await inspect(file)).toEqual({ outcome, isBounded: true }));
});

function riffChunk(id: string, size: number, content: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, content]);
}

function list(type: string, content: Buffer): Buffer {
  return riffChunk('LIST', content.length + 4, Buffer.concat([Buffer.from(type, 'latin1'), content]));
}

const STRH = Buffer.alloc(56);
STRH.write('vidsH264', 'latin1');
STRH.writeUInt32LE(1, 20);
STRH.writeUInt32LE(25, 24);

function avi(index: Buffer, ...rest: Buffer[]): Buffer {
  const streams = list('hdrl', list('strl', Buffer.concat([riffChunk('strh', 56, STRH), index])));
  return Buffer.concat([Buffer.from('RIFF\0\0\0\0AVI ', 'latin1'), streams, ...rest]);
}

/** An index of indexes whose entries all name the same 60 MiB. */
function superIndex(entries: number): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt16LE(4, 0);
  head.writeUInt32LE(entries, 4);
  const entry = Buffer.alloc(16);
  entry.writeUInt32LE(1024 * 1024, 0);
  entry.writeUInt32LE(60 * 1024 * 1024, 8);
  entry.writeUInt32LE(1, 12);
  return riffChunk('indx', 24 + entries * 16, Buffer.concat([head, repeat(entries, () => entry)]));
}

const PART_INDEX = Buffer.alloc(32);
PART_INDEX.write('ix00', 'latin1');
PART_INDEX.writeUInt16LE(2, 8);
PART_INDEX[11] = 1;
PART_INDEX.writeUInt32LE(0xffff_ffff, 12);
PART_INDEX.write('00dc', 16, 'latin1');

describe('an AVI', () => {
  const media = riffChunk('LIST', 4, Buffer.from('movi'));
  test.each<[string, SparseFile]>([
    ['claims an index of 4 GiB', { size: HUGE, head: avi(Buffer.alloc(0), media, riffChunk('idx1', 0xffff_fff0)) }],
    ['names the same part a thousand times', { size: HUGE, head: avi(superIndex(1000), media), unitBytes: GIBIBYTE, tail: Buffer.alloc(0) }],
    ['has parts with indexes that claim four billion chunks', { size: HUGE, head: Buffer.concat([avi(superIndex(1000), media), Buffer.alloc(1024 * 1024)]).subarray(0, 1024 * 1024), unitBytes: HUGE, unitAt: () => PART_INDEX }],
    ['has chunks of no size', { size: HUGE, head: avi(Buffer.alloc(0), media), filler: riffChunk('00dc', 0) }],
    ['continues in a RIFF chunk every 300 KB', { size: HUGE, head: avi(Buffer.alloc(0), media), unitBytes: 300_000, unitAt: () => riffChunk('RIFF', 299_992, Buffer.from('AVIX')) }],
  ])('stays within its budget if it %s', async (_name, file) => expect(await inspect(file)).toEqual({ outcome: 'avi', isBounded: true }));
});

const FLV_HEAD = Buffer.from('464c5601050000000900000000', 'hex');
const FLV_TAG = Buffer.from('0900000100000000000000120000000c', 'hex');
const SORENSON = Buffer.from('0900000a000000000000002200008001800000000000000015', 'hex');

function oggPage(serial: number, content: Buffer): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS', 'latin1');
  head[5] = 2;
  head.writeUInt32LE(serial, 14);
  head[26] = 1;
  return Buffer.concat([head, Buffer.of(content.length), content]);
}

const THEORA = Buffer.concat([Buffer.from('\x80theora', 'latin1'), Buffer.alloc(40, 1)]);

describe('another container', () => {
  test.each<[string, SparseFile, string]>([
    ['a Flash video of tiny tags', { size: HUGE, head: Buffer.concat([FLV_HEAD, SORENSON]), filler: FLV_TAG }, 'flv'],
    ['an Ogg file of 40,000 streams, between broken bytes', { size: 4 * 1024 * 1024, head: repeat(40_000, (serial) => Buffer.concat([oggPage(serial, THEORA), Buffer.of(0)])) }, 'ogg'],
    ['an Ogg file of empty pages', { size: HUGE, head: oggPage(1, THEORA), filler: oggPage(1, Buffer.alloc(0)) }, 'ogg'],
    ['a Windows Media file of zeros', { size: HUGE, head: Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex') }, 'asf'],
    ['an MXF of zeros', { size: HUGE, head: Buffer.from('060e2b34020501010d01020101020400', 'hex') }, 'mxf'],
    ['a file of ID3 tags', { size: HUGE, filler: Buffer.from('49443304000000000000', 'hex') }, 'no_video_track'],
    ['a file of large ID3 tags', { size: HUGE, unitBytes: 0x7f * 2 ** 21 + 10, unitAt: () => Buffer.from('4944330400007f000000', 'hex') }, 'no_video_track'],
  ])('stays within its budget: %s', async (_name, file, outcome) => expect(await inspect(file)).toEqual({ outcome, isBounded: true }));
});
