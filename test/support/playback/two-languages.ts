import { HeadObjectCommand, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { makeWithFfmpeg } from '../clips.ts';
import type { CloudClients } from '../shared-cloud.ts';
import { waitForEnd, type UploadState } from '../uploads.ts';

const KEY = 'two-languages.mp4';

/** Video whose last second needs a far higher bit rate, with a duration that is not a whole number of segments. */
const VIDEO = "testsrc2=size=320x180:rate=30000/1001:duration=13.2,noise=alls=100:allf=t:enable='gte(t,12)'";
const STEREO = 'sine=frequency=440:sample_rate=48000:duration=13.5,aformat=channel_layouts=stereo';
const SURROUND = `aevalsrc=${[300, 400, 500, 60, 700, 800].map((hz) => `0.1*sin(2*PI*${hz}*t)`).join('|')}:c=5.1:s=48000:d=13.1`;

function clip(): Promise<Buffer> {
  return makeWithFfmpeg('clip.mp4', [
    ...[VIDEO, STEREO, SURROUND].flatMap((source) => ['-f', 'lavfi', '-i', source]),
    '-map', '0', '-map', '1', '-map', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p',
    '-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=fra',
  ]);
}

/**
 * Waits until a clip with two languages is ready: 29.97 frames per second, English stereo audio slightly longer than the
 * video, and French 5.1 audio slightly shorter. The first caller uploads it.
 */
export async function waitForTwoLanguages(cloud: CloudClients): Promise<UploadState> {
  const upload = await waitForEnd(cloud, KEY, await versionOf(cloud));
  if (upload.status !== 'ready')
    throw new Error(`The clip ended as ${upload.status}: ${upload.code} ${upload.message}`);
  return upload;
}

async function versionOf({ s3, sourceBucket }: CloudClients): Promise<string> {
  const object = { Bucket: sourceBucket, Key: KEY };
  try {
    await s3.send(new PutObjectCommand({ ...object, Body: await clip(), IfNoneMatch: '*' }));
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.name !== 'PreconditionFailed') throw error;
  }
  const { VersionId: versionId = '' } = await s3.send(new HeadObjectCommand(object));
  return versionId;
}
