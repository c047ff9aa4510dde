import { makeClip, makeWithFfmpeg } from '../../../support/clips.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

test('reports container, tracks and size of a file as MediaConvert names them', async () => {
  const bytes = await makeClip('-metadata:s:a:0', 'language=kor');
  await encoder.upload('clip.mp4', bytes);
  expect(await encoder.probe('clip.mp4')).toMatchObject({
    Container: {
      Format: 'mp4',
      Duration: expect.closeTo(2, 1),
      Tracks: [
        {
          Index: 1,
          TrackType: 'video',
          Codec: 'AVC',
          VideoProperties: {
            Width: 320,
            Height: 180,
            BitDepth: 8,
            FrameRate: { Numerator: 25, Denominator: 1 },
            CodecMetadata: { ScanType: 'Progressive', ChromaSubsampling: '4:2:0', Profile: 'High' },
          },
        },
        {
          Index: 2,
          TrackType: 'audio',
          Codec: 'AAC',
          AudioProperties: { Channels: 1, SampleRate: 48_000, LanguageCode: 'kor' },
        },
      ],
    },
    Metadata: { FileSize: bytes.length },
    TrackMappings: [{ VideoTrackIndexes: [1], AudioTrackIndexes: [2], DataTrackIndexes: [] }],
  });
});

test('reports WebM with VP8 and Opus', async () => {
  const args = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30000/1001:d=1', '-f', 'lavfi', '-i', 'sine=d=1', '-c:v', 'libvpx', '-c:a', 'libopus', '-ac', '2'];
  await encoder.upload('film.webm', await makeWithFfmpeg('film.webm', args));
  const { Container: container } = (await encoder.probe('film.webm')) ?? {};
  expect(container).toMatchObject({ Format: 'webm' });
  expect(container?.Tracks?.map(({ Codec }) => Codec)).toEqual(['VP8', 'OPUS']);
  expect(container?.Tracks?.[0]?.VideoProperties?.FrameRate).toEqual({ Numerator: 30_000, Denominator: 1001 });
});

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const BT709 = ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'];

async function probeVideo(file: string, ...args: string[]) {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=25:d=0.4', '-vf', 'setsar=4/3'];
  await encoder.upload(file, await makeWithFfmpeg(file, [...picture, ...args]));
  return (await encoder.probe(file))?.Container?.Tracks?.[0]?.VideoProperties;
}

test('reports colors and pixel aspect of a transport stream where MediaConvert does: in the metadata of the codec', async () => {
  const properties = await probeVideo('color.ts', ...X264, ...BT709);
  expect(properties).toMatchObject({ Width: 128, CodecMetadata: { ColorPrimaries: 'ITU_709', SampleAspectRatio: { Numerator: 4, Denominator: 3 } } });
  expect(properties).not.toHaveProperty('ColorPrimaries');
  expect(properties).not.toHaveProperty('SampleAspectRatio');
});

test.each([
  ['ProRes', 'a.mov', ['-c:v', 'prores_ks']],
  ['VP8', 'a.webm', ['-c:v', 'libvpx']],
  ['MPEG-4', 'a.avi', ['-c:v', 'mpeg4']],
])('reports no metadata of a codec for which MediaConvert has none: %s', async (_name, file, codec) => {
  const properties = await probeVideo(file, ...codec);
  expect(properties).toMatchObject({ Width: 128, Height: 96 });
  expect(properties).not.toHaveProperty('CodecMetadata');
});

test('leaves out what it has not found instead of reporting zero', async () => {
  const args = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=25:d=0.4', '-f', 'lavfi', '-i', 'sine=d=0.4', ...X264, '-c:a', 'aac'];
  const stream = await makeWithFfmpeg('silent.ts', args);
  const packets = Array.from({ length: stream.length / 188 }, (_, index) => stream.subarray(index * 188, index * 188 + 188));
  await encoder.upload('silent.ts', Buffer.concat(packets.filter((packet) => (packet.readUInt16BE(1) & 0x1fff) !== 0x101)));
  const [, audio] = (await encoder.probe('silent.ts'))?.Container?.Tracks ?? [];
  expect(audio).toMatchObject({ TrackType: 'audio', AudioProperties: {} });
  expect(Object.values(audio?.AudioProperties ?? {})).not.toContain(0);
});

test.each([
  ['a missing object', undefined, 'NotFoundException'],
  ['text', Buffer.from('hello'), 'BadRequestException'],
  ['a playlist', Buffer.from('#EXTM3U\nfile:///etc/passwd\n'), 'BadRequestException'],
  ['an empty file', Buffer.alloc(0), 'BadRequestException'],
])('rejects %s', async (name, bytes, error) => {
  if (bytes !== undefined) await encoder.upload(name, bytes);
  await expect(encoder.probe(name)).rejects.toMatchObject({ name: error });
});
