import { damagePackets, makeWithFfmpeg } from '../clips.ts';
import { fragmentsOf, overwritten, withoutFragments } from '../fragments.ts';
import { AAC, tone, video, x264 } from './clip-arguments.ts';
import { withNoise, withoutSizes, withTableEntry, withZeros } from '../media/damage.ts';
import { withoutKeyFrame } from '../media/without-key-frame.ts';
import { made, output, type PlayableKind, stereo } from './playable-kind.ts';

/** Two seconds of picture and sound, with a key frame every 0.2 s. */
const PICTURE_AND_TONE = [...video('64x48', '25', 2), ...tone(2), ...x264(), '-g', '5'];
const SOURCE = [...PICTURE_AND_TONE, ...AAC];
const EXPECTED = output({ displayed: [64, 48], videoSeconds: 2, audioSeconds: 2, audio: [stereo()] });

/** Returns a file with damaged packets in one stream, from 0.6 to 1 s. */
async function damaged(file: string, stream: string, source = SOURCE): Promise<Buffer> {
  return damagePackets(await makeWithFfmpeg(file, source), stream, [0.6, 1]);
}

/** The same in fragments of 0.2 s. */
const FRAGMENTED = [...SOURCE, '-movflags', 'empty_moov+frag_keyframe+default_base_moof'];

/** Returns a fragmented MP4 with zeros in some of its fragments. */
async function zeroed(first: number, end: number): Promise<Buffer> {
  const file = await makeWithFfmpeg('a.mp4', FRAGMENTED);
  const fragments = fragmentsOf(file);
  return overwritten(file, fragments[first]?.start ?? 0, fragments[end]?.start ?? file.length);
}

/** Returns a fragmented MP4 that ends inside the index of its last fragment. */
async function cutOff(): Promise<Buffer> {
  const file = await makeWithFfmpeg('a.mp4', FRAGMENTED);
  return file.subarray(0, (fragmentsOf(file).at(-1)?.start ?? 0) + 60);
}

/** Returns an unfragmented MP4 with zeros in the middle of its media data. */
async function zeroedSamples(): Promise<Buffer> {
  const file = await makeWithFfmpeg('a.mp4', SOURCE);
  return overwritten(file, file.length / 3, file.length / 2);
}

/** Returns an MP4 with its index at the end, whose media data claims to reach beyond it. */
async function overlong(): Promise<Buffer> {
  const file = await makeWithFfmpeg('a.mp4', SOURCE);
  const at = file.indexOf('mdat') - 4;
  file.writeUInt32BE(file.readUInt32BE(at) + 100_000, at);
  return file;
}

/** The same without sound, whose expected warnings would depend on how packets are interleaved. */
const PICTURE = [...video('64x48', '25', 2), ...x264(), '-g', '5'];
const PICTURE_EXPECTED = output({ displayed: [64, 48], videoSeconds: 2 });
const SHORT_CLUSTERS = ['-cluster_time_limit', '200'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '5'];
const FROZEN = { becomes: 'everything before and after the damage, in sync; the last picture before it stays meanwhile' };

/** Returns a file whose sixth after the first third holds only zero bytes. */
async function holed(file: string, source: readonly string[]): Promise<Buffer> {
  return withZeros(await makeWithFfmpeg(file, source));
}

/** Four seconds with a key frame every two. */
const RARE_KEYS = [...video('64x48', '25', 4), ...tone(4), ...x264(), '-g', '50', '-keyint_min', '50', '-sc_threshold', '0', ...AAC];
const PACKET_BYTES = 188;

/** Returns a transport stream without the first quarter of its packets. */
async function betweenKeyFrames(): Promise<Buffer> {
  const file = await makeWithFfmpeg('a.ts', RARE_KEYS);
  return file.subarray(PACKET_BYTES * Math.ceil(file.length / PACKET_BYTES / 4));
}

/** Returns a transport stream without three packets in a row, in the middle. */
async function withoutPackets(): Promise<Buffer> {
  const file = await makeWithFfmpeg('a.ts', [...video('64x48', '25', 4), ...x264(), '-g', '50', '-keyint_min', '50', '-sc_threshold', '0', '-b:v', '2M']);
  const at = PACKET_BYTES * Math.floor(file.length / PACKET_BYTES / 3);
  return Buffer.concat([file.subarray(0, at), file.subarray(at + 3 * PACKET_BYTES)]);
}

const PACK_BYTES = 2048;

/** Returns a program stream without the packs of the fifth after the middle. */
async function withoutPacks(): Promise<Buffer> {
  const file = await makeWithFfmpeg('a.mpg', [...video('64x48', '25', 5), '-c:v', 'mpeg2video', '-b:v', '500k', '-g', '5']);
  const pack = (share: number): number => Math.floor((file.length * share) / PACK_BYTES) * PACK_BYTES;
  return Buffer.concat([file.subarray(0, pack(0.5)), file.subarray(pack(0.7))]);
}

/** Returns the first part of a file. */
async function cutAt(share: number, file: string, source: readonly string[]): Promise<Buffer> {
  const whole = await makeWithFfmpeg(file, source);
  return whole.subarray(0, whole.length * share);
}

/** Returns a file that follows itself, as `cat` makes it. */
async function joined(file: string, source: readonly string[]): Promise<Buffer> {
  const one = await makeWithFfmpeg(file, source);
  return Buffer.concat([one, one]);
}

/** Returns a transport stream that continues with MPEG-2 video. */
async function withOtherCodec(): Promise<Buffer> {
  const second = [...video('64x48', '25', 2), '-c:v', 'mpeg2video', '-output_ts_offset', '2'];
  return Buffer.concat([await makeWithFfmpeg('a.ts', PICTURE), await makeWithFfmpeg('a.ts', second)]);
}

const FIRST_FILE = { becomes: 'the first file', warnings: ['source_changes'] } as const;

export const DAMAGED_KINDS: readonly PlayableKind[] = [
  made('damage', 'an MP4 with part of its sound damaged', () => damaged('a.mp4', 'a:0'), EXPECTED,
    { becomes: 'the whole picture, and the sound before and after the damage, in sync', warnings: ['silence_added', 'sound_damaged'] }),
  made('damage', 'an MP4 with part of its picture damaged', () => damaged('a.mp4', 'v:0'), EXPECTED,
    { becomes: 'all of the sound, and the picture before and after the damage, in sync', warnings: ['picture_damaged'] }),
  made('damage', 'an MP4 with zeros in the middle', zeroedSamples, EXPECTED,
    { becomes: 'everything before and after the zeros, at its time', warnings: ['picture_damaged', 'silence_added', 'sound_damaged'] }),
  ...([['A-law', 'pcm_alaw'], ['PCM', 'pcm_s16le']] as const).map(([name, codec]) =>
    made('damage', `QuickTime with ${name} and zeros in the middle`, () => holed('a.mov', [...PICTURE_AND_TONE, '-c:a', codec]), EXPECTED,
      { becomes: 'everything before and after the zeros, at its time', warnings: ['picture_damaged', 'sound_damaged'] })),
  made('damage', 'an MP4 whose index places part of its picture outside the file',
    async () => withTableEntry(await makeWithFfmpeg('a.mp4', SOURCE), 'stco', 0, 0x7f_ff_ff_f0), EXPECTED,
    { becomes: 'all of the sound, and the picture before and after that part', warnings: ['picture_damaged'] }),
  made('damage', 'QuickTime with PCM whose index places part of its sound outside the file',
    async () => withTableEntry(await makeWithFfmpeg('a.mov', [...PICTURE_AND_TONE, '-c:a', 'pcm_s16le']), 'stco', 1, 0x7f_ff_ff_f0), EXPECTED,
    { becomes: 'the whole picture, and the sound before and after that part', warnings: ['sound_damaged'] }),
  made('damage', 'an MP4 whose index gives part of its picture no size', async () => withoutSizes(await makeWithFfmpeg('a.mp4', SOURCE)), EXPECTED,
    { becomes: 'all of the sound, and the picture before and after that part', warnings: ['picture_damaged'] }),
  made('damage', 'an MP4 whose media data claims to reach beyond the index that follows it', overlong, EXPECTED),
  made('damage', 'a fragmented MP4 with zeros in the middle', () => zeroed(3, 7), EXPECTED,
    { becomes: 'everything before and after the zeros, at its time', warnings: ['silence_added', 'source_has_gap'] }),
  made('damage', 'a fragmented MP4 that lacks fragments in the middle',
    async () => withoutFragments(await makeWithFfmpeg('a.mp4', FRAGMENTED), 3, 4, 5), EXPECTED,
    { becomes: 'everything before and after the gap, at its time', warnings: ['silence_added', 'source_has_gap'] }),
  made('damage', 'a fragmented MP4 cut off inside a fragment', cutOff,
    output({ displayed: [64, 48], videoSeconds: 1.8, audioSeconds: 1.8, audio: [stereo()] }),
    { becomes: 'everything before the fragment', warnings: ['source_cut_off'] }),
  made('damage', 'a transport stream that begins inside a packet',
    async () => (await makeWithFfmpeg('a.ts', SOURCE)).subarray(100), EXPECTED),
  made('damage', 'a transport stream after 20 kB of other bytes',
    async () => Buffer.concat([withNoise(Buffer.alloc(20_000), { from: 0, size: 1 }), await makeWithFfmpeg('a.ts', SOURCE)]), EXPECTED,
    { becomes: 'everything from its first packet', warnings: ['source_has_gap'] }),
  made('damage', 'a transport stream that begins between key frames', betweenKeyFrames,
    { ...EXPECTED, videoSeconds: 3, audioSeconds: 3, slackSeconds: 0.4 },
    { becomes: 'the sound from its start, and the picture from its first key frame', warnings: ['picture_damaged'] }),
  made('damage', 'Matroska that begins between key frames',
    async () => withoutKeyFrame('a.mkv', await makeWithFfmpeg('a.mkv', RARE_KEYS)), { ...EXPECTED, videoSeconds: 3, audioSeconds: 3, slackSeconds: 0.1 },
    { becomes: 'the sound from its start, and the picture from its first key frame', warnings: ['picture_damaged'] }),
  made('damage', 'a transport stream that lacks a few packets of its picture', withoutPackets, { ...PICTURE_EXPECTED, videoSeconds: 4 },
    { becomes: 'everything, distorted up to the next key frame', warnings: ['picture_damaged'] }),
  made('damage', 'a transport stream that ends inside a packet', async () => (await makeWithFfmpeg('a.ts', SOURCE)).subarray(0, -100), EXPECTED,
    { becomes: 'everything before the cut', warnings: ['sound_damaged'] }),
  made('damage', 'a transport stream with overwritten bytes in the middle', () => holed('a.ts', PICTURE), PICTURE_EXPECTED,
    { ...FROZEN, warnings: ['source_has_gap'] }),
  made('damage', 'Matroska with overwritten bytes in the middle', () => holed('a.mkv', [...SOURCE, ...SHORT_CLUSTERS]), EXPECTED,
    { ...FROZEN, warnings: ['silence_added', 'source_has_gap'] }),
  made('damage', 'WebM with overwritten bytes in the middle',
    () => holed('a.webm', [...video('64x48', '25', 2), ...VP8, ...SHORT_CLUSTERS]), PICTURE_EXPECTED,
    { ...FROZEN, warnings: ['source_has_gap'] }),
  made('damage', 'Flash with overwritten bytes in the middle', () => holed('a.flv', SOURCE), EXPECTED,
    { ...FROZEN, warnings: ['silence_added', 'source_has_gap'] }),
  made('damage', 'an AVI with overwritten bytes in the middle', () => holed('a.avi', PICTURE),
    { ...PICTURE_EXPECTED, videoSeconds: 1.6, slackSeconds: 0.2 },
    { becomes: 'everything before and after the damage, without a pause', warnings: ['source_has_gap'] }),
  made('damage', 'a program stream without some of its packs', withoutPacks, { ...PICTURE_EXPECTED, videoSeconds: 5 },
    { ...FROZEN, warnings: ['source_has_gap'] }),
  made('damage', 'an Ogg file with overwritten bytes in the middle',
    async () => withNoise(await makeWithFfmpeg('a.ogv', [...video('64x48', '25', 4), '-c:v', 'libtheora', '-q:v', '5', '-g', '5', '-page_duration', '200000']), { from: 0.4, size: 0.15 }),
    { ...PICTURE_EXPECTED, videoSeconds: 4, slackSeconds: 0.2 }, { ...FROZEN, warnings: ['source_has_gap'] }),
  made('damage', 'an Ogg file cut off in the middle', () => cutAt(0.6, 'a.ogv', [...video('64x48', '25', 4), '-c:v', 'libtheora', '-q:v', '5', '-g', '5', '-page_duration', '200000']),
    { ...PICTURE_EXPECTED, videoSeconds: 2.4, slackSeconds: 0.8 }, { becomes: 'everything before the cut', warnings: ['source_cut_off'] }),
  made('damage', 'MP4 files joined byte by byte', () => joined('a.mp4', SOURCE), EXPECTED, FIRST_FILE),
  made('damage', 'fragmented MP4 files joined byte by byte', () => joined('a.mp4', FRAGMENTED), EXPECTED, FIRST_FILE),
  made('damage', 'Matroska files joined byte by byte', () => joined('a.mkv', SOURCE), EXPECTED, FIRST_FILE),
  made('damage', 'Flash files joined byte by byte', () => joined('a.flv', SOURCE), EXPECTED, FIRST_FILE),
  made('damage', 'a transport stream whose picture continues in another codec', withOtherCodec,
    { ...PICTURE_EXPECTED, videoSeconds: 4, slackSeconds: 0.2 }, { becomes: 'the picture before the change, for the whole duration', warnings: ['source_changes'] }),
];
