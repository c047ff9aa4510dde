import { isInputFault } from '../../../lambdas/contracts/job-errors.ts';
import type { SourceVideo } from '../../../media/ladder/source-video.ts';
import { clip, ffmpegFile, soundOnly } from '../../support/clips.ts';
import { TestEncoder } from '../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

/** Submits a job for a file, and answers how it ends, as the event tells it. */
async function errorOf(key: string, bytes: Buffer | undefined, source: Partial<SourceVideo> = {}) {
  if (bytes !== undefined) await encoder.upload(key, bytes);
  const id = await encoder.submit(encoder.request(key, source, key.replaceAll(/[^a-z]/g, '').padEnd(8, '0')));
  const { Status, ErrorCode, ErrorMessage } = await encoder.waitForEnd(id);
  expect(Status).toBe('ERROR');
  const event = encoder.eventsOf(id).at(-1);
  expect(event).toMatchObject({ status: 'ERROR', errorCode: ErrorCode, errorMessage: ErrorMessage });
  return { code: ErrorCode, isFault: isInputFault({ errorCode: ErrorCode, errorMessage: ErrorMessage }), message: ErrorMessage ?? '' };
}

test('text is no input', async () => {
  expect(await errorOf('text.mp4', Buffer.from('hello '.repeat(100)))).toMatchObject({ code: 1010, isFault: true });
});

test('a playlist that names local files is never opened as one', async () => {
  const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
  const { code, message } = await errorOf('playlist.mp4', Buffer.from(playlist));
  expect(code).toBe(1010);
  expect(message).not.toContain('passwd');
});

test('an MP4 without its index', async () => {
  const film = await clip();
  const moov = film.indexOf('moov') - 4;
  expect(await errorOf('index.mp4', film.subarray(0, moov))).toMatchObject({ code: 1010, isFault: true });
});

test('sound alone', async () => {
  expect(await errorOf('sound.mp4', await soundOnly())).toMatchObject({ code: 1020, isFault: true });
});

test('video of which no frame decodes', async () => {
  const film = await ffmpegFile('film.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=1', '-pix_fmt', 'yuv420p', '-movflags', '+faststart']);
  const data = film.indexOf('mdat') + 4;
  expect(await errorOf('noise.mp4', Buffer.concat([film.subarray(0, data), Buffer.alloc(film.length - data, 0x55)]))).toMatchObject({ code: 1076, isFault: true });
});

test('an object that is not there is nobody’s file', async () => {
  expect(await errorOf('nothing.mp4', undefined)).toMatchObject({ code: 1404, isFault: false });
});

test('a track that the file has not', async () => {
  const audioTracks = [{ channels: 2 }, { channels: 2 }];
  expect(await errorOf('track.mp4', await clip(), { audioTracks })).toMatchObject({ code: 1021, isFault: false });
});

test('a bucket that takes nothing is not the file’s fault', async () => {
  encoder.store.beforePut = (key) => (key.includes('/refused') ? Promise.reject(new Error('AccessDenied')) : Promise.resolve());
  expect(await errorOf('refused.mp4', await clip(), { audioTracks: [{ channels: 1 }] })).toMatchObject({ code: 1433, isFault: false });
});
