import { byteSourceOf } from '../../../media/byte-source.ts';
import { limitTotals } from '../../../media/limit-totals.ts';
import { buildIndex } from '../../../media/packaging/build-index.ts';
import { openIndexFile } from '../../../media/packaging/index/index-file.ts';
import { makeClip, makeWithFfmpeg } from '../../support/clips.ts';
import { withEdits } from '../../support/media/edited-movie.ts';

let clip: Buffer;
let fragmented: Buffer;

beforeAll(async () => {
  clip = await makeClip('-g', '25', '-bf', '2', '-preset', 'ultrafast', '-b_strategy', '0');
  fragmented = await makeClip('-preset', 'ultrafast', '-movflags', 'frag_keyframe+empty_moov', '-g', '10');
});

async function codeOf(file: Buffer): Promise<string> {
  return buildIndex(byteSourceOf(file), { identity: '' }).then(
    () => 'packaged',
    (error: { code?: string }) => error.code ?? 'no code',
  );
}

/** Changes a file at an offset after the n-th occurrence of a four-character code. */
function patched(type: string, offset: number, bytes: readonly number[], occurrence = 0): Buffer {
  const copy = Buffer.from(clip);
  let at = copy.indexOf(type);
  for (let skipped = 0; skipped < occurrence; skipped += 1) at = copy.indexOf(type, at + 1);
  Buffer.from(bytes).copy(copy, at + offset);
  return copy;
}

function letters(text: string): number[] {
  return [...Buffer.from(text)];
}

test.each<[string, () => Buffer, string]>([
  ['text', () => Buffer.from('#EXTM3U\n/etc/passwd\n'), 'not_mp4'],
  ['an empty file', () => Buffer.alloc(0), 'not_mp4'],
  ['a file without an index', () => clip.subarray(0, clip.indexOf('moov') - 4), 'not_mp4'],
  ['a file that was cut off in its index', () => clip.subarray(0, -100), 'damaged'],
  ['an index whose media is cut off', () => patched('stco', 12, [0x7f]), 'media_missing'],
  ['encrypted pictures', () => patched('avc1', 0, letters('encv'), 1), 'encrypted'],
  ['MPEG-4 Part 2', () => patched('avc1', 0, letters('mp4v'), 1), 'unsupported_video_codec'],
  ['AMR', () => patched('mp4a', 0, letters('samr')), 'unsupported_audio_codec'],
  ['media in another file', () => patched('url ', 7, [0]), 'external_media'],
  ['a slanted picture', () => patched('tkhd', 44, [0, 0, 0x80, 0, 0, 0, 0x80]), 'unsupported_matrix'],
  ['doubled speed', () => patched('elst', 20, [0, 2]), 'unsupported_edit'],
  ['an edit that begins inside a group of pictures', () => withEdits(clip, [{ from: 0.48, seconds: 1 }]), 'edit_inside_gop'],
  ['a gap between edits', () => withEdits(clip, [{ from: 0, seconds: 1 }, { seconds: 1 }, { from: 1, seconds: 1 }]), 'unsupported_edit'],
  ['a first picture that is no key frame', () => patched('stss', 12, [0, 0, 0, 2]), 'no_key_frame'],
  ['an edit that hides all sound', () => patched('elst', 16, [0x10], 1), 'unsupported_edit'],
  ['sound without durations', () => patched('stts', 16, [0, 0, 0, 0], 1), 'unsupported_edit'],
  ['a negative duration', () => patched('stts', 16, [0xff]), 'bad_times'],
  ['pictures of one frame per second with B-frames', () => patched('mdhd', 16, [0, 0, 2, 0]), 'late_start'],
  ['a description that does not exist', () => patched('stsc', 23, [9]), 'damaged'],
  ['no enabled track', () => disabled(disabled(clip, 0), 1), 'no_tracks'],
])('ends %s with a code', async (_name, file, code) => {
  expect(await codeOf(file())).toBe(code);
});

/** Disables a track, by its position. */
function disabled(file: Buffer, position: number): Buffer {
  const copy = Buffer.from(file);
  let at = copy.indexOf('tkhd');
  for (let skipped = 0; skipped < position; skipped += 1) at = copy.indexOf('tkhd', at + 1);
  copy.writeUInt8(0, at + 7);
  return copy;
}

test('leaves out disabled tracks', async () => {
  const index = openIndexFile(await buildIndex(byteSourceOf(disabled(clip, 1)), { identity: '' }));
  expect(index.tracks.map(({ kind }) => kind)).toEqual(['video']);
});

test('leaves out sound that cannot be packaged beside other sound, and names it', async () => {
  const two = await makeWithFfmpeg('two.mp4', [
    '-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=10:duration=1', '-f', 'lavfi', '-i', 'sine=duration=1', '-map', '0', '-map', '1', '-map', '1', '-disposition:a', 'default',
    '-pix_fmt', 'yuv420p', '-metadata:s:a:0', 'language=kor',
  ]);
  const spatial = Buffer.from(two);
  spatial.write('apac', spatial.indexOf('mp4a', spatial.indexOf('moov')));
  const { tracks, leftOut } = openIndexFile(await buildIndex(byteSourceOf(spatial), { identity: '' }));
  expect(tracks.map(({ codecString }) => codecString)).toEqual(['avc1.64000a', 'mp4a.40.2']);
  expect(leftOut).toEqual([{ id: 2, language: 'kor', code: 'unsupported_audio_codec', message: 'Audio apac cannot be packaged.' }]);
});

test('takes one request for each fragment', async () => {
  const countReads = async (file: Buffer): Promise<number> => {
    let reads = 0;
    const read = (offset: number, length: number) => {
      reads += 1;
      return Promise.resolve(file.subarray(offset, offset + length));
    };
    await buildIndex({ size: file.length, read }, { identity: '' });
    return reads;
  };
  // Headers of ftyp, free, mdat and moov, and the index.
  expect(await countReads(clip)).toBe(5);
  const fragments = fragmented.toString('latin1').split('mfhd').length - 1;
  expect(fragments).toBe(5);
  // Headers of ftyp and moov, the index, and mfra at the end.
  expect(await countReads(fragmented)).toBeLessThanOrEqual(fragments + 4);
});

test('a budget that does not suffice is a code of its own', async () => {
  const source = limitTotals(byteSourceOf(clip), { maxReads: 2, maxBytes: Infinity, maxReadBytes: Infinity });
  await expect(buildIndex(source, { identity: '' })).rejects.toMatchObject({ name: 'PackagingError', code: 'over_budget' });
});
