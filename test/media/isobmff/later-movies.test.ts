import { byteSourceOf } from '../../../media/byte-source.ts';
import { findLaterMovies } from '../../../media/isobmff/later-movies.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';

/** Returns empty boxes of some types. */
function boxes(...types: readonly string[]): Buffer {
  return Buffer.concat(types.map((type) => Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from(type), Buffer.alloc(8)])));
}

test.each([
  [['ftyp', 'moov', 'mdat'], undefined],
  [['ftyp', 'mdat', 'moov', 'free'], undefined],
  [['ftyp', 'moov', 'mdat', 'ftyp', 'moov', 'mdat'], { seconds: undefined }],
  [['ftyp', 'mdat', 'moov', 'ftyp', 'mdat', 'moov'], { seconds: undefined }],
])('finds a movie after the first: %j', async (types, expected) => {
  expect(await findLaterMovies(byteSourceOf(boxes(...types)))).toEqual(expected);
});

test('adds up the durations of the movies after the first', async () => {
  const make = (seconds: number) =>
    makeWithFfmpeg('a.mp4', ['-f', 'lavfi', '-i', `testsrc2=s=64x48:r=25:d=${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']);
  const file = Buffer.concat([await make(1), await make(2), await make(3)]);
  expect(await findLaterMovies(byteSourceOf(file))).toEqual({ seconds: 5 });
});
