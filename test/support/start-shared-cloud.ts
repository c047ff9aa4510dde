import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ensureFfmpeg } from '../../local/cli/ffmpeg.ts';
import { chromiumPath } from './browser.ts';
import { footagePath } from './footage.ts';
import { startLaptopCloud, type LaptopCloudHandle } from './laptop-cloud.ts';
import { MORE_MEDIA, moreMediaFolder } from './more-media.ts';
import { connect, FOOTAGE_KEY, SHARED_STATE } from './shared-cloud.ts';

declare global {
  var sharedLaptopCloud: LaptopCloudHandle | undefined;
}

/** Starts the cloud that the tests of the whole share, and has it encode the real footage once. */
export default async function startSharedCloud(): Promise<void> {
  ensureFfmpeg((line) => process.stdout.write(`${line}\n`));
  if (chromiumPath() === undefined) {
    if (process.env['CI'] !== undefined) throw new Error('There is no Chromium, and in CI nothing is skipped.');
    process.stdout.write('Skipped: playback in a browser, for there is no Chromium (install it or set CHROMIUM_PATH).\n');
  }
  if (moreMediaFolder === undefined) process.stdout.write(`Skipped: further videos, since ${MORE_MEDIA} names no folder.\n`);
  const cloud = await startLaptopCloud();
  globalThis.sharedLaptopCloud = cloud;
  process.env[SHARED_STATE] = cloud.stateDirectory;
  const { s3, sourceBucket } = connect(cloud.stateDirectory);
  const { size } = await stat(footagePath);
  const body = createReadStream(footagePath);
  await s3.send(new PutObjectCommand({ Bucket: sourceBucket, Key: FOOTAGE_KEY, Body: body, ContentLength: size }));
}
