import { isInputFault } from '../../../lambdas/contracts/job-errors.ts';
import type { SourceVideo } from '../../../media/ladder/source-video.ts';
import { makeClip, makeWithFfmpeg, makeAudioClip } from '../../support/clips.ts';
import { TestEncoder } from '../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

/** Submits a job for a file and returns the error of its job and event. */
async function errorOf(key: string, bytes: Buffer | undefined, source: Partial<SourceVideo> = {}) {
  if (bytes !== undefined) await encoder.upload(key, bytes);
  const id = await encoder.submit(encoder.request(key, source, key.replaceAll(/[^a-z]/g, '').padEnd(8, '0')));
  const { Status, ErrorCode, ErrorMessage } = await encoder.waitForEnd(id);
  expect(Status).toBe('ERROR');
  const event = encoder.eventsOf(id).at(-1);
  expect(event).toMatchObject({ status: 'ERROR', errorCode: ErrorCode, errorMessage: ErrorMessage });
  return {
    code: ErrorCode,
    isFault: isInputFault({ errorCode: ErrorCode, errorMessage: ErrorMessage }),
    message: ErrorMessage ?? '',
  };
}

test('rejects text as input', async () => {
  expect(await errorOf('text.mp4', Buffer.from('hello '.repeat(100)))).toMatchObject({ code: 1010, isFault: true });
});

test('never opens a playlist that names local files', async () => {
  const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
  const { code, message } = await errorOf('playlist.mp4', Buffer.from(playlist));
  expect(code).toBe(1010);
  expect(message).not.toContain('passwd');
});

test('rejects an MP4 without its index', async () => {
  const video = await makeClip();
  const moov = video.indexOf('moov') - 4;
  expect(await errorOf('index.mp4', video.subarray(0, moov))).toMatchObject({ code: 1010, isFault: true });
});

test('rejects a file with audio only', async () => {
  expect(await errorOf('sound.mp4', await makeAudioClip())).toMatchObject({ code: 1020, isFault: true });
});

test('rejects video without a decodable frame', async () => {
  const video = await makeWithFfmpeg('video.mp4', [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=320x180:r=25:d=1',
    '-pix_fmt',
    'yuv420p',
    '-movflags',
    '+faststart',
  ]);
  const data = video.indexOf('mdat') + 4;
  expect(
    await errorOf('noise.mp4', Buffer.concat([video.subarray(0, data), Buffer.alloc(video.length - data, 0x55)])),
  ).toMatchObject({ code: 1076, isFault: true });
});

test('does not blame the file for a missing object', async () => {
  expect(await errorOf('nothing.mp4', undefined)).toMatchObject({ code: 1404, isFault: false });
});

test('does not blame the file for a track that it does not have', async () => {
  const audioTracks = [{ channels: 2 }, { channels: 2 }];
  expect(await errorOf('track.mp4', await makeClip(), { audioTracks })).toMatchObject({ code: 1021, isFault: false });
});

test('does not blame the file for a bucket that rejects writes', async () => {
  encoder.store.beforePut = (key) =>
    key.includes('/refused') ? Promise.reject(new Error('AccessDenied')) : Promise.resolve();
  expect(await errorOf('refused.mp4', await makeClip(), { audioTracks: [{ channels: 1 }] })).toMatchObject({
    code: 1433,
    isFault: false,
  });
});
