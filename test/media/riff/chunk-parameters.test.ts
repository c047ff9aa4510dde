import { byteSourceOf } from '../../../media/byte-source.ts';
import { findLastingPicture } from '../../../media/picture/lasting-picture.ts';
import { readChunkParameters } from '../../../media/riff/chunk-parameters.ts';
import { joinFiles, makeWithFfmpeg } from '../../support/clips.ts';

test.each([
  ['H.264', ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']],
  ['MPEG-2', ['-c:v', 'mpeg2video']],
  ['MPEG-4', ['-c:v', 'mpeg4']],
  ['VP8', ['-c:v', 'libvpx', '-deadline', 'realtime']],
])('reads the pictures of an AVI with %s that changes its size', async (_codec, args) => {
  const make = (size: string) => makeWithFfmpeg('a.avi', ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=1`, ...args]);
  const [small, large] = [await make('64x36'), await make('128x72')];
  const lasting = async (file: Buffer) => {
    const read = await readChunkParameters(byteSourceOf(file), { position: 0, count: 1 });
    return findLastingPicture(read?.stretches ?? []);
  };
  expect(await lasting(await joinFiles([small, large], 'a.avi'))).toMatchObject({ changes: true, picture: { width: 128, height: 72 } });
  expect((await lasting(large))?.changes).not.toBe(true);
});
