import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelJobCommand, ListJobsCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { clientConfig } from '../../local/cli/running.ts';
import { ensureFfmpeg } from '../../local/cli/ffmpeg.ts';
import { clip } from '../support/clips.ts';
import { removeState, startLaptopCloud, type LaptopCloudHandle } from '../support/laptop-cloud.ts';
import { connect, type CloudClients } from '../support/shared-cloud.ts';
import { put, uploadEnds } from '../support/uploads.ts';

/** An ffmpeg that does as the file `mode` beside it says; ffprobe stays the real one. */
const directory = mkdtempSync(join(tmpdir(), 'encoder-failure-'));
const ffmpegPath = join(directory, 'ffmpeg');
const mode = (script: string): void => writeFileSync(join(directory, 'mode'), script);

let handle: LaptopCloudHandle;
let cloud: CloudClients;

beforeAll(async () => {
  writeFileSync(ffmpegPath, `#!/bin/sh\n. '${join(directory, 'mode')}'\n`, { mode: 0o755 });
  mode(`exec '${ensureFfmpeg(() => {}).ffmpegPath}' "$@"`);
  symlinkSync(ensureFfmpeg(() => {}).ffprobePath, join(directory, 'ffprobe'));
  handle = await startLaptopCloud({ env: { FFMPEG_PATH: ffmpegPath } });
  cloud = connect(handle.stateDirectory);
});

afterAll(async () => {
  await handle?.stop();
  await removeState(handle.stateDirectory);
  rmSync(directory, { recursive: true });
});

test('a job that ends in ERROR ends its upload as failed, with what the encoder said', async () => {
  mode('echo "Cannot allocate memory" >&2; exit 1');
  const upload = await uploadEnds(cloud, 'error.mp4', await put(cloud, 'error.mp4', await clip()));
  expect(upload).toMatchObject({ status: 'failed', code: 'encoder_error' });
  expect(upload.message).toMatch(/Try again/);
});

test('a job that is canceled ends its upload as failed', async () => {
  mode('exec sleep 600');
  const mediaConvert = new MediaConvertClient(clientConfig(cloud.running));
  const versionId = await put(cloud, 'cancel.mp4', await clip());
  let running: string | undefined;
  while (running === undefined) {
    const { Jobs: jobs = [] } = await mediaConvert.send(new ListJobsCommand({ Status: 'PROGRESSING' }));
    running = jobs[0]?.Id;
  }
  await mediaConvert.send(new CancelJobCommand({ Id: running }));
  expect(await uploadEnds(cloud, 'cancel.mp4', versionId)).toMatchObject({ status: 'failed', code: 'encoder_canceled' });
  mediaConvert.destroy();
});
