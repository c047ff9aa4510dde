import { createFile, MP4BoxBuffer } from 'mp4box';
import { boxesIn, findBox, requireBox, rootOf } from '../../../../media/isobmff/box-tree.ts';
import { parseMovie } from '../../../../media/isobmff/movie.ts';
import { writeInitSegment } from '../../../../media/packaging/fmp4/init-segment.ts';
import { openIndexFile, writeIndexFile } from '../../../../media/packaging/index/index-file.ts';
import type { TrackFacts } from '../../../../media/packaging/index/source-index.ts';
import { readPackagedEntries } from '../../../../media/packaging/source/sample-entry.ts';
import { box, u16, u32 } from '../../../support/media/box-builder.ts';

const SPS = Buffer.from('6764001facd9405005bb011000000300100000030320f1831960', 'hex');
const PPS = Buffer.from('68ebe3cb22c0', 'hex');
const AVCC = Buffer.concat([Buffer.from('0164001fffe1', 'hex'), u16(SPS.length), SPS, Buffer.of(1), u16(PPS.length), PPS]);
const COLORS = u16(9, 16, 9);
const [MDCV, CLLI] = [box('mdcv', Buffer.alloc(24, 1)), box('clli', u16(1000, 400))];

function visualEntry(format: string, ...children: readonly Buffer[]): Buffer {
  return box(format, [Buffer.alloc(6), u16(1), Buffer.alloc(16, 7), u16(1440, 1080), Buffer.alloc(50), ...children]);
}

/** Packs the first entry of a sample description. */
function pack(handler: string, entry: Buffer) {
  const stsd = requireBox(rootOf(box('stsd', [u32(0, 1), entry])), 'stsd');
  return readPackagedEntries(stsd, handler)[0];
}

function indexOf(facts: Partial<TrackFacts>, sampleEntry: Uint8Array) {
  const common = { id: 7, kind: 'video', codec: 'h264', codecString: 'avc1.64001f', timescale: 90_000, samples: 0, keyFrames: 0, mediaBytes: 0,
    firstDecodeTime: 0, startTime: 0, endTime: 0, hasLeadingPictures: false } as const;
  const tracks = [{ facts: { ...common, language: 'kor', ...facts }, sampleEntry, directory: new Uint8Array() }];
  return openIndexFile(writeIndexFile({ identity: '', tracks, plan: { segmentSeconds: 6, entries: new Uint8Array(), measures: new Uint8Array() }, pages: new Uint8Array() }));
}

const packed = pack('vide', visualEntry('avc1', box('avcC', AVCC), box('pasp', u32(4, 3)), box('colr', [Buffer.from('nclc'), COLORS]), MDCV, CLLI, box('gama', u32(1))));

test('keeps pixel aspect, color and HDR boxes of a QuickTime entry, and nothing else', () => {
  const [entry] = boxesIn(rootOf(packed?.bytes ?? new Uint8Array()));
  const children = entry === undefined ? [] : boxesIn(entry, 78);
  expect(children.map(({ type }) => type)).toEqual(['avcC', 'pasp', 'mdcv', 'clli', 'colr']);
  // Vendor and quality of QuickTime become the zeros of ISO files.
  expect(Buffer.from(entry?.content.subarray(8, 24) ?? [1])).toEqual(Buffer.alloc(16));
  const colr = children.at(-1)?.content ?? new Uint8Array();
  expect(Buffer.from(colr)).toEqual(Buffer.concat([Buffer.from('nclx'), COLORS, Buffer.from([0])]));
  expect(packed).toMatchObject({ codec: 'h264', codecString: 'avc1.64001f', video: { pixelAspect: { horizontal: 4, vertical: 3 }, codePoints: { primaries: 9 } } });
});

test.each([[0, false], [90, false], [180, false], [270, false], [0, true], [90, true], [180, true], [270, true]] as const)(
  'has the identity matrix for a picture rotated by %s degrees, mirrored: %s',
  (rotation, mirrored) => {
    const video = { width: 1440, height: 1080, pixelAspect: { horizontal: 4, vertical: 3 }, orientation: { rotation, mirrored }, peakFrameRate: 25 };
    const init = writeInitSegment(indexOf({ video }, packed?.bytes ?? new Uint8Array()));
    const moov = requireBox(rootOf(init), 'moov');
    const { tracks, fragmented } = parseMovie(Buffer.from(init.subarray(moov.offset)));
    expect(tracks.map(({ language, timescale, edits }) => ({ language, timescale, edits }))).toEqual([{ language: 'kor', timescale: 90_000, edits: [] }]);
    const identity = u32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);
    const [movieMatrix, trackMatrix] = [findBox(moov, 'mvhd')?.content.subarray(36, 72), findBox(moov, 'trak', 'tkhd')?.content.subarray(40, 76)];
    expect([movieMatrix, trackMatrix].map((matrix) => Buffer.from(matrix ?? []).equals(identity))).toEqual([true, true]);
    // The size is that of the stored picture in square pixels.
    expect(Buffer.from(findBox(moov, 'trak', 'tkhd')?.content.subarray(76) ?? [])).toEqual(u32(1920 * 0x1_0000, 1080 * 0x1_0000));
    expect({ fragmented, edts: findBox(moov, 'trak', 'edts') }).toEqual({ fragmented: true, edts: undefined });
  },
);

test('is read by mp4box', () => {
  const video = { width: 1440, height: 1080, pixelAspect: { horizontal: 4, vertical: 3 }, orientation: { rotation: 0, mirrored: false }, peakFrameRate: 25 } as const;
  const init = writeInitSegment(indexOf({ video }, packed?.bytes ?? new Uint8Array()));
  const file = createFile();
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(init).buffer, 0));
  const { tracks, isFragmented, brands } = file.getInfo();
  expect({ isFragmented, brands }).toEqual({ isFragmented: true, brands: ['iso6', 'iso6', 'mp41', 'dash', 'cmfc'] });
  expect(tracks).toMatchObject([{ id: 1, codec: 'avc1.64001f', language: 'kor', track_width: 1920, track_height: 1080, timescale: 90_000 }]);
});

/** Writes a sound entry of QuickTime, whose version 1 and 2 have more fields. */
function soundEntry(format: string, version: number, ...children: readonly Buffer[]): Buffer {
  const head = [Buffer.alloc(6), u16(1), u16(version), Buffer.alloc(6), u16(2, 16), Buffer.alloc(4), u32(44_100 * 65_536)];
  return box(format, [...head, Buffer.alloc(version === 1 ? 16 : 0), ...children]);
}

const ESDS = box('esds', Buffer.from('0000000003808080220001000480808014401500000000000000000000000580808002121006808080010200'.slice(0, 84), 'hex'));

test.each([
  ['MP3 of QuickTime', soundEntry('.mp3', 1), { codec: 'mp3', codecString: 'mp4a.6b' }],
  ['AAC whose descriptor is in another box', soundEntry('mp4a', 1, box('wave', [box('frma', Buffer.from('mp4a')), ESDS])), { codec: 'aac', codecString: 'mp4a.40.2' }],
])('writes %s as ISO files have it', (_name, entry, expected) => {
  const sound = pack('soun', entry);
  expect(sound).toMatchObject({ ...expected, audio: { channels: 2, sampleRate: 44_100 } });
  const [written] = boxesIn(rootOf(sound?.bytes ?? new Uint8Array()));
  expect([written?.type, ...boxesIn(written ?? rootOf(new Uint8Array()), 28).map(({ type }) => type)]).toEqual(['mp4a', 'esds']);
  // It reads as what it was.
  expect(pack('soun', Buffer.from(sound?.bytes ?? []))).toMatchObject({ codec: expected.codec });
});

test.each([
  ['encrypted video', 'vide', visualEntry('encv'), 'encrypted'],
  ['encrypted sound', 'soun', soundEntry('enca', 0), 'encrypted'],
  ['H.263', 'vide', visualEntry('s263'), 'unsupported_video_codec'],
  ['a format named like a property of every object', 'vide', visualEntry('constructor'.slice(0, 4)), 'unsupported_video_codec'],
  ['AMR', 'soun', soundEntry('samr', 0), 'unsupported_audio_codec'],
  ['PCM', 'soun', soundEntry('sowt', 0), 'unsupported_audio_codec'],
  ['H.264 without its configuration', 'vide', visualEntry('avc1'), 'damaged'],
  ['AAC without its configuration', 'soun', soundEntry('mp4a', 0), 'unsupported_audio_codec'],
])('refuses %s', (_name, handler, entry, code) => {
  expect(() => pack(handler, entry)).toThrow(expect.objectContaining({ code }));
});
