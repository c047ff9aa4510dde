import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { chromiumPath, firefoxPath } from './browser.ts';
import { footagePath } from './footage.ts';
import { harshSeed, isHarsh } from './harsh.ts';
import { spawnLaptopCloud, type LaptopCloudHandle } from './laptop-cloud.ts';
import { MORE_MEDIA, moreMediaFolder } from './more-media.ts';
import prepareTools from './prepare-tools.ts';
import { connectTo, FOOTAGE_KEY, SHARED_STATE } from './shared-cloud.ts';

declare global {
  var sharedLaptopCloud: LaptopCloudHandle | undefined;
}

/** Says that the tests of a browser are skipped where it is not installed. @throws Error in CI, which skips nothing */
function requireOrSkip(browser: string, path: string | undefined, variable: string): void {
  if (path !== undefined) return;
  if (process.env['CI'] !== undefined) throw new Error(`${browser} is not installed, and nothing is skipped in CI.`);
  process.stdout.write(`Skipped: tests in ${browser}, which is not installed (install it or set ${variable}).\n`);
}

/** Starts the laptop cloud that the tests of the project "whole" share, and uploads the real footage to it. */
export default async function startSharedCloud(): Promise<void> {
  await prepareTools();
  requireOrSkip('Chromium', chromiumPath(), 'CHROMIUM_PATH');
  requireOrSkip('Firefox', firefoxPath(), 'FIREFOX_PATH');
  if (moreMediaFolder === undefined)
    process.stdout.write(`Skipped: further videos, since ${MORE_MEDIA} names no folder.\n`);
  const args = isHarsh ? ['--harsh', ...(harshSeed === undefined ? [] : ['--seed', harshSeed])] : [];
  const cloud = await spawnLaptopCloud({ args });
  const seed = /--seed \d+/.exec(cloud.output())?.[0];
  if (isHarsh) process.stdout.write(`The shared laptop cloud runs with --harsh ${seed}.\n`);
  globalThis.sharedLaptopCloud = cloud;
  process.env[SHARED_STATE] = cloud.stateDirectory;
  const { s3, sourceBucket } = connectTo(cloud.stateDirectory);
  const { size } = await stat(footagePath);
  const body = createReadStream(footagePath);
  await s3.send(new PutObjectCommand({ Bucket: sourceBucket, Key: FOOTAGE_KEY, Body: body, ContentLength: size }));
}
