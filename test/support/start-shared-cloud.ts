import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ensureFfmpeg } from '../../local/cli/ffmpeg.ts';
import { chromiumPath } from './browser.ts';
import { footagePath } from './footage.ts';
import { spawnLaptopCloud, type LaptopCloudHandle } from './laptop-cloud.ts';
import { MORE_MEDIA, moreMediaFolder } from './more-media.ts';
import { connectTo, FOOTAGE_KEY, SHARED_STATE } from './shared-cloud.ts';

declare global {
  var sharedLaptopCloud: LaptopCloudHandle | undefined;
}

/** Starts the laptop cloud that the tests of the project "whole" share, and uploads the real footage to it. */
export default async function startSharedCloud(): Promise<void> {
  ensureFfmpeg((line) => process.stdout.write(`${line}\n`));
  if (chromiumPath() === undefined) {
    if (process.env['CI'] !== undefined) throw new Error('Chromium is not installed, and nothing is skipped in CI.');
    process.stdout.write(
      'Skipped: browser tests, since Chromium is not installed (install it or set CHROMIUM_PATH).\n',
    );
  }
  if (moreMediaFolder === undefined)
    process.stdout.write(`Skipped: further videos, since ${MORE_MEDIA} names no folder.\n`);
  const cloud = await spawnLaptopCloud();
  globalThis.sharedLaptopCloud = cloud;
  process.env[SHARED_STATE] = cloud.stateDirectory;
  const { s3, sourceBucket } = connectTo(cloud.stateDirectory);
  const { size } = await stat(footagePath);
  const body = createReadStream(footagePath);
  await s3.send(new PutObjectCommand({ Bucket: sourceBucket, Key: FOOTAGE_KEY, Body: body, ContentLength: size }));
}
