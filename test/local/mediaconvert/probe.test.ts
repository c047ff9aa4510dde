import { makeClip, makeWithFfmpeg } from '../../support/clips.ts';
import { TestEncoder } from '../../support/media/test-encoder.ts';

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

test.each([
  ['a missing object', undefined, 'NotFoundException'],
  ['text', Buffer.from('hello'), 'BadRequestException'],
  ['a playlist', Buffer.from('#EXTM3U\nfile:///etc/passwd\n'), 'BadRequestException'],
  ['an empty file', Buffer.alloc(0), 'BadRequestException'],
])('rejects %s', async (name, bytes, error) => {
  if (bytes !== undefined) await encoder.upload(name, bytes);
  await expect(encoder.probe(name)).rejects.toMatchObject({ name: error });
});
