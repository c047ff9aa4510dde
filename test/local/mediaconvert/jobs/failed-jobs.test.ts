import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endCodeOfJobError } from '../../../../lambdas/contracts/job-errors.ts';
import { getFfmpeg } from '../../../../local/cli/ffmpeg.ts';
import type { MediaTools } from '../../../../local/mediaconvert/media-tools.ts';
import type { SourceVideo } from '../../../../media/ladder/source-video.ts';
import { makeClip, makeWithFfmpeg, makeAudioClip } from '../../../support/clips.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

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
    end: endCodeOfJobError({ errorCode: ErrorCode, errorMessage: ErrorMessage }),
    message: ErrorMessage ?? '',
  };
}

test('rejects text as input', async () => {
  expect(await errorOf('text.mp4', Buffer.from('hello '.repeat(100)))).toMatchObject({ code: 1010, end: 'damaged_file' });
});

test('never opens a playlist that names local files', async () => {
  const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
  const { code, message } = await errorOf('playlist.mp4', Buffer.from(playlist));
  expect(code).toBe(1010);
  expect(message).not.toContain('passwd');
});

test.each([
  ['read its input', 'input', 's3:GetObject', 's3:GetObject', 1401],
  ['write its outputs', 'outputs', 's3:PutObject', 's3:PutObject', 1401],
  ['be assumed', 'trust', 's3:GetObject', 'sts:AssumeRole', 1434],
])('ends a job whose role may not %s, and says what is denied', async (_what, key, requested, action, code) => {
  const message = `User: x is not authorized to perform: ${action}`;
  encoder.findDenial = async (_job, access) => (access.action === requested ? { action, message } : undefined);
  const ended = await errorOf(`denied-${key}.mp4`, await makeClip());
  encoder.findDenial = async () => undefined;
  expect(ended).toMatchObject({ code, end: 'encoder_denied', message: expect.stringContaining(message) });
});

test('rejects an MP4 without its index', async () => {
  const video = await makeClip();
  const moov = video.indexOf('moov') - 4;
  expect(await errorOf('index.mp4', video.subarray(0, moov))).toMatchObject({ code: 1010, end: 'damaged_file' });
});

test('rejects a file with audio only', async () => {
  expect(await errorOf('sound.mp4', await makeAudioClip())).toMatchObject({ code: 1020, end: 'no_video_track' });
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
  ).toMatchObject({ code: 1060, end: 'damaged_file' });
});

test('does not blame the file for a missing object', async () => {
  expect(await errorOf('nothing.mp4', undefined)).toMatchObject({ code: 1404, end: 'encoder_error' });
});

test('does not blame the file for a track that it does not have', async () => {
  const audioTracks = [{ channels: 2 }, { channels: 2 }];
  expect(await errorOf('track.mp4', await makeClip(), { audioTracks })).toMatchObject({ code: 1040, end: 'encoder_refused' });
});

test('does not blame the file for a bucket that rejects writes', async () => {
  encoder.store.beforePut = (key) =>
    key.includes('/refused') ? Promise.reject(new Error('AccessDenied')) : Promise.resolve();
  expect(await errorOf('refused.mp4', await makeClip(), { audioTracks: [{ channels: 1 }] })).toMatchObject({
    code: 1517,
    end: 'encoder_error',
  });
});

describe('tools that are killed', () => {
  const { ffmpegPath, ffprobePath } = getFfmpeg();
  /** Ends by a signal, after a message that would blame the file. */
  let killed: string;

  /** Starts the encoder again with other tools. */
  const use = async (tools: MediaTools): Promise<void> => {
    await encoder.stop();
    encoder.tools = tools;
    await encoder.open();
  };

  beforeAll(async () => {
    killed = join(encoder.directory, 'killed.sh');
    await writeFile(killed, '#!/bin/sh\necho "Invalid data found when processing input" >&2\nkill -9 $$\n', { mode: 0o755 });
  });
  afterAll(() => use({ ffmpegPath, ffprobePath }));

  test('do not blame the file for an encode', async () => {
    await use({ ffmpegPath: killed, ffprobePath });
    expect(await errorOf('killed.mp4', await makeClip())).toMatchObject({ code: 1999, end: 'encoder_error' });
  });

  test('do not blame the file for a probe, and let the next one try again', async () => {
    await encoder.upload('probed.mp4', await makeClip());
    await use({ ffmpegPath, ffprobePath: killed });
    await expect(encoder.probe('probed.mp4')).rejects.toMatchObject({ name: 'InternalServerErrorException' });
    await use({ ffmpegPath, ffprobePath });
    expect(await encoder.probe('probed.mp4')).toMatchObject({ Container: { Format: 'mp4' } });
  });
});
