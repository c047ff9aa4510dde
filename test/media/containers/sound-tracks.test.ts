import { byteSourceOf } from '../../../media/byte-source.ts';
import { readSoundTracks } from '../../../media/containers/sound-tracks.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';

const INPUTS = ['color=s=64x48:r=10:d=1', 'sine=d=1', 'sine=f=880:d=1'].flatMap((input) => ['-f', 'lavfi', '-i', input]);
const MAPS = ['-map', '0', '-map', '1', '-map', '2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
const FRAGMENTED = ['-movflags', 'frag_keyframe+empty_moov'];
const SECOND = ['-disposition:a:0', '0', '-disposition:a:1', 'default'];

/** Returns the option that removes every sample of a sound track. */
function emptyTrack(index: number): string[] {
  return [`-filter:a:${index}`, 'aselect=0'];
}

async function soundOf(file: string, ...args: string[]) {
  const bytes = byteSourceOf(await makeWithFfmpeg(file, [...INPUTS, ...MAPS, ...args]));
  const container = file.endsWith('mkv') ? 'matroska' : 'isobmff';
  const tracks = await readSoundTracks(container, bytes, container === 'isobmff' ? await readMovie(bytes) : undefined);
  return tracks?.map(({ isDefault, isUndecodable }) => `${isDefault ? 'default' : 'other'}${isUndecodable ? ', empty' : ''}`);
}

test.each([
  ['first.mp4', [], ['default', 'other']],
  ['second.mp4', SECOND, ['other', 'default']],
  ['second.mov', SECOND, ['other', 'default']],
  ['second.mkv', SECOND, ['other', 'default']],
  ['both.mkv', ['-disposition:a', 'default'], ['default', 'other']],
  ['none.mkv', ['-disposition:a', '0'], ['other', 'other']],
  ['fragmented.mp4', FRAGMENTED, ['default', 'other']],
  ['empty-first.mp4', [...FRAGMENTED, ...emptyTrack(0)], ['default, empty', 'other']],
  ['empty-second.mp4', [...FRAGMENTED, ...emptyTrack(1)], ['default', 'other, empty']],
])('reads what %s says of its two sound tracks', async (file, args, expected) => {
  expect(await soundOf(file, ...args)).toEqual(expected);
});

test('assumes samples in a track if its fragments are cut off', async () => {
  const bytes = await makeWithFfmpeg('cut.mp4', [...INPUTS, ...MAPS, ...FRAGMENTED, ...emptyTrack(1)]);
  const cut = byteSourceOf(bytes.subarray(0, bytes.lastIndexOf('moof') + 20));
  expect(await readSoundTracks('isobmff', cut, await readMovie(cut))).toMatchObject([{}, { isUndecodable: false }]);
});

test('finds a track without samples in the movie box', async () => {
  const made = await makeWithFfmpeg('whole.mp4', [...INPUTS, ...MAPS]);
  made.writeUInt32BE(0, made.lastIndexOf('stsz') + 12);
  const bytes = byteSourceOf(made);
  expect(await readSoundTracks('isobmff', bytes, await readMovie(bytes))).toMatchObject([
    { isUndecodable: false },
    { isUndecodable: true },
  ]);
});

test('returns undefined for other containers', async () => {
  expect(await readSoundTracks('avi', byteSourceOf(Buffer.alloc(100)), undefined)).toBeUndefined();
});

test('leaves out encrypted sound', async () => {
  const made = await makeWithFfmpeg('encrypted.mp4', [...INPUTS, ...MAPS]);
  made.write('enca', made.lastIndexOf('mp4a'), 'latin1');
  const bytes = byteSourceOf(made);
  expect(await readSoundTracks('isobmff', bytes, await readMovie(bytes))).toMatchObject([
    { isUndecodable: false },
    { isUndecodable: true },
  ]);
});
