import type { ProbeResult } from '@aws-sdk/client-mediaconvert';
import { inspectSource } from '../../../lambdas/transcode/inspect-source.ts';
import { planEncode } from '../../../lambdas/transcode/plan-encode.ts';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { withExternalTrack } from '../../support/media/external-track.ts';
import { TestEncoder } from '../../support/media/test-encoder.ts';
import { withZeros } from '../../support/media/damage.ts';
import { transportStream } from '../../support/media/transport-stream.ts';
import { withErrorCorrection, withId3 } from '../../support/media/transport-stream.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=25:d=2'];
const TONE = ['-f', 'lavfi', '-i', 'sine=r=48000:d=2'];

let uploads = 0;

/** Inspects a file with the laptop's probe. */
async function inspectWith(bytes: Buffer) {
  uploads += 1;
  const key = `inspected-${uploads}`;
  await encoder.upload(key, bytes);
  // A file may be rejected before the encoder has read it.
  let probing: Promise<ProbeResult> | undefined;
  try {
    return await inspectSource(byteSourceOf(bytes), () => (probing = encoder.probe(key).then((result) => result ?? {})));
  } finally {
    await probing?.catch(() => undefined);
  }
}

/** Returns the facts of a file. */
async function inspect(bytes: Buffer) {
  return (await inspectWith(bytes)).facts;
}

function makeStream(...args: string[]): Promise<Buffer> {
  return makeWithFfmpeg('a.ts', args);
}

const VIDEO_PACKETS = 0x100;
const AUDIO_PACKETS = 0x101;

/** Removes the packets of one elementary stream, which its program map still declares. */
function withoutPackets(stream: Buffer, packetId: number): Buffer {
  const packets = Array.from({ length: stream.length / 188 }, (_, index) => stream.subarray(index * 188, index * 188 + 188));
  return Buffer.concat(packets.filter((packet) => (packet.readUInt16BE(1) & 0x1fff) !== packetId));
}

describe('transport streams', () => {
  let stream: Buffer;
  beforeAll(async () => void (stream = await makeStream(...PICTURE, ...TONE, ...X264, '-g', '25', '-c:a', 'aac')));

  test.each([
    ['begin with a packet', (bytes: Buffer) => bytes],
    ['begin inside a packet', (bytes: Buffer) => bytes.subarray(100)],
    ['have packets of 204 bytes', withErrorCorrection],
    ['have packets of 204 bytes and begin inside one', (bytes: Buffer) => withErrorCorrection(bytes).subarray(777)],
  ])('are read if they %s', async (_name, change) => {
    expect(await inspect(change(stream))).toMatchObject({
      container: 'mpegts',
      video: { codec: 'AVC', width: 128, height: 96, frameRate: { numerator: 25, denominator: 1 } },
      audio: [{ codec: 'AAC', channels: 1, sampleRateHz: 48_000 }],
    });
  });

  test('are read if an ID3 tag precedes them, as in HLS', async () => {
    expect(await inspect(withId3(stream))).toMatchObject({
      container: 'mpegts',
      video: { width: 128, height: 96, frameRate: { numerator: 25, denominator: 1 } },
      audio: [{ codec: 'AAC' }],
    });
  });

  test('are read if their picture begins 40 seconds after their sound', async () => {
    const sound = ['-f', 'lavfi', '-i', 'sine=r=48000:d=42'];
    const late = await makeStream('-itsoffset', '40', ...PICTURE, ...sound, '-map', '0', '-map', '1', ...X264, '-c:a', 'aac');
    expect(await inspect(late)).toMatchObject({ video: { width: 128, height: 96 }, audio: [{ codec: 'AAC' }] });
  });

  test('are damaged if they were cut off before a key frame', async () => {
    const open = await makeStream(...PICTURE, ...TONE, ...X264, '-g', '999', '-sc_threshold', '0', '-c:a', 'aac');
    const cut = open.subarray(188 * Math.floor(open.length / 376));
    await expect(inspect(cut)).rejects.toMatchObject({ code: 'damaged_file' });
  });

  test('have no video if no packet of it exists', async () =>
    expect(inspect(withoutPackets(stream, VIDEO_PACKETS))).rejects.toMatchObject({ code: 'no_video_track' }));

  test('keep their picture if their sound has no packets, which the facts record and the plan leaves out', async () => {
    const facts = await inspect(withoutPackets(stream, AUDIO_PACKETS));
    expect(facts).toMatchObject({ video: { width: 128 }, audio: [{ codec: 'AAC', isUndecodable: true }] });
    expect(planEncode(facts, stream.length, 1080).audio).toEqual([]);
  });

  test.each([
    ['H.264', X264],
    ['H.265', ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p']],
    ['MPEG-2', ['-c:v', 'mpeg2video']],
  ])('state their size in key frames of %s, where the probe found none', async (_name, codec) => {
    const bytes = await makeStream('-f', 'lavfi', '-i', 'testsrc2=s=322x182:r=25:d=1', ...codec);
    const probe: ProbeResult = { Container: { Tracks: [{ TrackType: 'video', Codec: 'AVC', VideoProperties: {} }] } };
    expect(await inspectSource(byteSourceOf(bytes), async () => probe)).toMatchObject({ facts: { video: { width: 322, height: 182 } } });
  });
});

test('numbers recognized audio tracks only', () => {
  const audio = [
    { codec: 'UNKNOWN', channels: 2 },
    { codec: 'AAC', channels: 2, language: 'kor' },
  ];
  const video = { codec: 'AVC', width: 640, height: 360, rotation: 0, variableFrameRate: false, interlaced: false, highDynamicRange: false } as const;
  expect(planEncode({ container: 'isobmff', durationMs: 1000, video, audio }, 1000, 1080).audio).toMatchObject([{ track: 1, language: 'kor' }]);
});

test.each([
  ['anamorphic', ['-vf', 'setsar=64/45', ...X264], { pixelAspect: { horizontal: 64, vertical: 45 } }],
  ['HDR', [...X264, '-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'], { highDynamicRange: true, colorPrimaries: 'ITU_2020', transferCharacteristics: 'SMPTE_2084' }],
])('takes from the stream of a %s recording what its container cannot state', async (_name, codec, video) => {
  expect(await inspect(await makeStream(...PICTURE, ...codec))).toMatchObject({ video });
});

test.each([
  ['ProRes in QuickTime', 'a.mov', ['-vf', 'tinterlace=interleave_top', '-c:v', 'prores_ks', '-flags', '+ilme+ildct']],
  ['H.264 in Matroska', 'a.mkv', ['-vf', 'tinterlace=interleave_top', ...X264, '-flags', '+ilme+ildct', '-x264opts', 'tff=1']],
  ['DV', 'a.avi', ['-vf', 'scale=720:576,tinterlace=interleave_bottom', '-pix_fmt', 'yuv420p', '-c:v', 'dvvideo']],
])('recognizes interlaced %s', async (_name, file, codec) => {
  const rate = file === 'a.avi' ? 50 : 25;
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=128x96:r=${rate}:d=1`];
  expect(await inspect(await makeWithFfmpeg(file, [...picture, ...codec]))).toMatchObject({ video: { interlaced: true } });
});

test.each([
  ['a.mp4', ['-bsf:v', 'h264_metadata=video_full_range_flag=1', ...X264]],
  ['a.mkv', X264],
  ['a.ts', X264],
  ['a.flv', X264],
  ['a.webm', ['-c:v', 'libvpx-vp9', '-cpu-used', '8']],
])('recognizes full range in %s', async (file, codec) => {
  const args = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=25:d=0.2', '-vf', 'scale=out_range=pc,format=yuv420p', '-color_range', 'pc', ...codec];
  expect(await inspect(await makeWithFfmpeg(file, args))).toMatchObject({ video: { fullRange: true } });
});

test('warns of colors that the encoder may only approximate', async () => {
  const bytes = await makeStream(...PICTURE, ...X264, '-colorspace', 'smpte240m');
  await encoder.upload('unusual.ts', bytes);
  const found = await inspectSource(byteSourceOf(bytes), async () => (await encoder.probe('unusual.ts')) ?? {});
  expect(found.warnings).toEqual([{ code: 'colors_approximated' }]);
});

test('warns of teletext subtitles that a broadcast declares', async () => {
  const bytes = await makeStream(...PICTURE, ...X264);
  // The map of a recording is replaced by one that also lists subtitles, with the same number of the video.
  const map = bytes.subarray(0, 188 * 8).indexOf(Buffer.from('02b0', 'hex'));
  const at = Math.floor(map / 188) * 188;
  const teletext = { type: 6, descriptors: [[0x56, [0x64, 0x65, 0x75, 0x10, 0x88]]] } as const;
  transportStream({ type: 0x1b }, teletext).copy(bytes, at + 4, 188 + 4, 188 * 2);
  expect((await inspectWith(bytes)).warnings).toEqual([{ code: 'subtitles_skipped', track: 1 }]);
});

describe('tracks of different length', () => {
  const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=r=48000:d=${seconds}`];
  const LATE_PICTURE = ['-itsoffset', '3', ...PICTURE];
  const MAPS = ['-map', '0', '-map', '1', '-map', '2', ...X264, '-bf', '0', '-c:a', 'aac', '-fps_mode', 'passthrough'];

  test.each(['mp4', 'mkv', 'fragmented.mp4'])('the picture of a .%s file has its own times', async (name) => {
    const flags = name.startsWith('fragmented') ? ['-movflags', 'frag_keyframe+delay_moov'] : [];
    const bytes = await makeWithFfmpeg(`a.${name}`, [...LATE_PICTURE, ...tone(8), ...tone(4), ...MAPS, ...flags]);
    const { facts } = await inspectWith(bytes);
    expect(Math.abs((facts.video.startMs ?? 0) - 3000)).toBeLessThan(50);
    expect(Math.abs((facts.video.endMs ?? 0) - 5000)).toBeLessThan(70);
    // One poster candidate per second, of which the last two show the picture.
    expect(planEncode(facts, bytes.length, 1080).poster).toMatchObject({ intervalSeconds: 1, captures: 5 });
  });

  test('an AVI lasts as long as its sound', async () => {
    const { facts } = await inspectWith(await makeWithFfmpeg('a.avi', [...PICTURE, ...tone(6), '-c:v', 'mpeg4', '-c:a', 'mp3']));
    expect(Math.abs((facts.durationMs ?? 0) - 6000)).toBeLessThan(100);
  });

  test('warns about an additional sound track that is longer than everything else', async () => {
    const bytes = await makeWithFfmpeg('a.mp4', [...PICTURE, ...tone(3), ...tone(5), ...MAPS]);
    const { warnings } = await inspectWith(bytes);
    expect(warnings).toEqual([
      { code: 'tracks_differ_in_length', track: 2, startMs: expect.closeTo(3000, -2), durationMs: expect.closeTo(2000, -2) },
    ]);
  });
});

describe('an MP4 of two tracks', () => {
  let bytes: Buffer;
  beforeAll(async () => void (bytes = await makeWithFfmpeg('a.mp4', [...PICTURE, ...TONE, ...X264])));

  /** Changes the sample description of the second track: its type, number of entries, and size of the first one. */
  const withDescription = (change: (file: Buffer, at: number) => void): Buffer => {
    const changed = Buffer.from(bytes);
    change(changed, changed.lastIndexOf('stsd'));
    return changed;
  };

  test.each([
    ['has no description', (file: Buffer, at: number) => void file.write('free', at)],
    ['has a description without an entry', (file: Buffer, at: number) => void file.writeUInt32BE(0, at + 8)],
    ['has an entry beyond its description', (file: Buffer, at: number) => void file.writeUInt32BE(9999, at + 12)],
    ['has an entry of no length', (file: Buffer, at: number) => void file.writeUInt32BE(0, at + 12)],
  ])('keeps its picture if the second one %s', async (_name, change) => {
    const { facts, warnings } = await inspectWith(withDescription(change));
    expect(facts).toMatchObject({ video: { width: 128, height: 96 }, audio: [{ codec: 'UNKNOWN' }] });
    expect(warnings).toEqual([{ code: 'sound_track_skipped', track: 1 }]);
  });

  test('is refused if its picture is in another file, and loses sound that is', async () => {
    await expect(inspect(withExternalTrack(bytes, 0))).rejects.toMatchObject({ code: 'playlist_not_media' });
    const { warnings } = await inspectWith(withExternalTrack(bytes, 1));
    expect(warnings).toEqual([{ code: 'sound_track_skipped', track: 1 }]);
  });

  test('leaves out a picture that is in another file, if it has one of its own', async () => {
    const file = await makeWithFfmpeg('a.mp4', [...PICTURE, '-map', '0', '-map', '0', ...X264]);
    const { facts, warnings } = await inspectWith(withExternalTrack(file, 0));
    expect(facts.videoTrack).toEqual({ number: 2, of: 2 });
    expect(warnings).toEqual([{ code: 'video_track_skipped', track: 1 }]);
  });

  test('leaves out the thumbnail before its picture, and reads the picture', async () => {
    const still = ['-f', 'lavfi', '-i', 'color=red:s=64x64:r=1:d=1'];
    const codecs = [...X264, '-c:v:0', 'mjpeg', '-pix_fmt:v:0', 'yuvj420p'];
    const file = await makeWithFfmpeg('a.mov', [...still, ...PICTURE, '-map', '0', '-map', '1', ...codecs]);
    const { facts, warnings } = await inspectWith(file);
    expect(facts).toMatchObject({ video: { codec: 'AVC', width: 128, frameRate: { numerator: 25 } }, videoTrack: { number: 2, of: 2 } });
    expect(warnings).toEqual([{ code: 'video_track_skipped', track: 1 }]);
  });
});

describe('an MP4 whose media data claims more bytes than the file has', () => {
  let bytes: Buffer;
  let indexBehind: Buffer;
  beforeAll(async () => {
    bytes = await makeWithFfmpeg('a.mp4', [...PICTURE, ...X264, '-movflags', '+faststart']);
    indexBehind = await makeWithFfmpeg('a.mp4', [...PICTURE, ...X264]);
  });

  const claimingMore = (count: number, cut = 0, file = bytes): Buffer => {
    const changed = Buffer.from(file);
    const at = changed.lastIndexOf('mdat') - 4;
    changed.writeUInt32BE(changed.readUInt32BE(at) + count, at);
    return changed.subarray(0, changed.length - cut);
  };

  test.each([1, 8, 100_000])('is read if every sample is present: %i more', async (count) =>
    expect(await inspect(claimingMore(count))).toMatchObject({ video: { width: 128, height: 96 } }));

  test.each([-5, 1, 8, 100_000])('is read if the index follows: %i more', async (count) => {
    expect(await inspect(claimingMore(count, 0, indexBehind))).toMatchObject({ video: { width: 128, height: 96 } });
  });

  test('is incomplete if an index that should follow is cut off', async () =>
    expect(inspect(claimingMore(100_000, 8, indexBehind))).rejects.toMatchObject({ code: 'incomplete_file' }));

  test.each([[0, 1], [8, 1], [0, 5000]])('is incomplete if it claims %i more and the last %i are missing', async (count, cut) =>
    expect(inspect(claimingMore(count, cut))).rejects.toMatchObject({ code: 'incomplete_file' }));

  test('may last to the end of the file, unless frames are missing there', async () => {
    const open = claimingMore(0);
    open.fill(0, open.indexOf('mdat') - 4, open.indexOf('mdat'));
    expect(await inspect(open)).toMatchObject({ video: { width: 128, height: 96 } });
    await expect(inspect(open.subarray(0, -5000))).rejects.toMatchObject({ code: 'incomplete_file' });
  });
});

test('warns about damage in the middle of a file, with its start and duration', async () => {
  const file = await makeWithFfmpeg('a.avi', [...PICTURE, ...X264, '-g', '25']);
  const { facts, warnings } = await inspectWith(withZeros(file));
  expect(facts.lengthMs).toEqual({ min: 2000 });
  expect(warnings).toEqual([{ code: 'source_has_gap', startMs: expect.closeTo(700, -3), durationMs: expect.closeTo(400, -3) }]);
  expect((await inspectWith(file)).warnings).toEqual([]);
});

test('measures joined files to the end of the last one, and reports where it begins', async () => {
  const joined = await makeWithFfmpeg('a.mkv', [...PICTURE, ...X264]);
  expect(await inspectWith(Buffer.concat([joined, joined]))).toMatchObject({
    facts: { durationMs: expect.closeTo(4000, -3) },
    warnings: [{ code: 'source_changes', startMs: expect.closeTo(2000, -3), durationMs: expect.closeTo(2000, -3) }],
  });
});

test('reports a second MP4 after the first, and measures both', async () => {
  const file = await makeWithFfmpeg('a.mp4', [...PICTURE, ...X264]);
  expect(await inspectWith(Buffer.concat([file, file]))).toMatchObject({
    facts: { durationMs: 4000 },
    warnings: [{ code: 'source_changes', startMs: 2000, durationMs: 2000 }],
  });
});

test('measures joined program streams', async () => {
  const file = await makeWithFfmpeg('a.mpg', ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=25:d=6', '-c:v', 'mpeg2video', '-b:v', '300k']);
  expect(await inspectWith(Buffer.concat([file, file]))).toMatchObject({ facts: { durationMs: expect.closeTo(12_000, -3) }, warnings: [] });
});
