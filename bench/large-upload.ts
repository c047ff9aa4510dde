import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { REGION } from '../local/cloud/account.ts';
import { startCloud, type BenchCloud } from './cloud.ts';
import { startDiscardingBucket } from './discarding-bucket.ts';
import { formatMegabytes, formatSeconds } from './figures.ts';
import { requireProgram } from './require-program.ts';
import { MemoryWatch } from './processes.ts';
import { SkippedError, type BenchOptions, type BenchRow } from './row.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { waitUntilEnded } from './uploads.ts';

const AIM_BYTES = 100e6;
/** Maximum ratio to the time of the same upload to a server that stores nothing. */
const DISCARDED_AIM = 1.5;
/** Size of an upload that starts the functions without using large buffers. */
const WARM_BYTES = 1024 ** 2;

/** Measures the memory that a large upload by the AWS CLI costs the cloud, and its time compared to a copy. */
export async function* largeUpload({ uploadBytes, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  const aws = requireProgram('aws', 'install the AWS CLI');
  const cp = requireProgram('cp', 'install coreutils');
  const { bavail: blocks, bsize } = statfsSync(tmpdir());
  // The file, its copy and the uploaded object, plus a reserve.
  if (blocks * bsize < 4 * uploadBytes) {
    throw new SkippedError(
      `${tmpdir()} has less than ${formatMegabytes(4 * uploadBytes)} free; choose a smaller --size`,
    );
  }
  using directory = temporaryDirectory();
  await using cloud = await startCloud();
  const upload = (file: string, key: string, endpoint = cloud.running.endpoint): Promise<ProgramRun> => {
    const args = ['s3', 'cp', '--only-show-errors', file, `s3://${cloud.sourceBucket}/${key}`];
    return runProgram(aws, args, awsEnvironment(cloud, endpoint));
  };

  const [large, copy] = [join(directory.path, 'large'), join(directory.path, 'copy')];
  await writeNoise(large, WARM_BYTES);
  await upload(large, 'small');
  await waitUntilEnded(cloud, 'small');
  log(`writing a file of ${formatMegabytes(uploadBytes)}`);
  await writeNoise(large, uploadBytes);

  log('copying it');
  const copied = await runProgram(cp, ['--reflink=never', large, copy], process.env);
  await rm(copy);
  log('uploading it');
  const watch = new MemoryWatch(cloud.running.pid);
  const uploaded = await upload(large, 'large');
  const peakBytes = watch.stop();
  log('uploading it to a server that checks its signature and discards it');
  const discarded = await uploadToDiscardingBucket(upload, large, cloud.stateDirectory);
  await cloud.s3.send(new DeleteObjectCommand({ Bucket: cloud.sourceBucket, Key: 'large' }));

  const added = peakBytes - watch.startBytes;
  yield {
    measure: `aws s3 cp of ${formatMegabytes(uploadBytes)}, memory added to the cloud`,
    sluice: `${formatMegabytes(added)} (to ${formatMegabytes(peakBytes)})`,
    peer: `the aws process itself: ${formatMegabytes(uploaded.peakBytes)}`,
    ratio: added / uploaded.peakBytes,
    aim: { text: `< ${formatMegabytes(AIM_BYTES)}`, met: added < AIM_BYTES },
  };
  yield {
    measure: `aws s3 cp of ${formatMegabytes(uploadBytes)}, time`,
    sluice: formatSeconds(uploaded.elapsedMs),
    peer: `cp: ${formatSeconds(copied.elapsedMs)}`,
    ratio: uploaded.elapsedMs / copied.elapsedMs,
  };
  yield {
    measure: 'same upload, time',
    sluice: formatSeconds(uploaded.elapsedMs),
    peer: `to a server that checks its signature and discards it: ${formatSeconds(discarded.elapsedMs)}`,
    ratio: uploaded.elapsedMs / discarded.elapsedMs,
    aim: { text: `ratio < ${DISCARDED_AIM}`, met: uploaded.elapsedMs < DISCARDED_AIM * discarded.elapsedMs },
  };
}

async function uploadToDiscardingBucket(
  upload: (file: string, key: string, endpoint: string) => Promise<ProgramRun>,
  file: string,
  stateDirectory: string,
): Promise<ProgramRun> {
  await using bucket = await startDiscardingBucket(stateDirectory);
  return await upload(file, 'discarded', bucket.url);
}

interface ProgramRun {
  readonly elapsedMs: number;
  readonly peakBytes: number;
}

/** @throws Error with the program's error output if it fails */
async function runProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramRun> {
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = execFile(path, args, { env }, (error) => (error === null ? resolve() : reject(error)));
  const watch = child.pid === undefined ? undefined : new MemoryWatch(child.pid);
  try {
    await promise;
  } finally {
    watch?.stop();
  }
  return { elapsedMs: performance.now() - started, peakBytes: watch?.stop() ?? 0 };
}

function awsEnvironment({ running }: BenchCloud, endpoint: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: running.accessKeyId,
    AWS_SECRET_ACCESS_KEY: running.secretAccessKey,
    // Ignores the user's own configuration.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

/** Writes random bytes, which no file system stores sparsely and no sniffer recognizes as a video. */
async function writeNoise(path: string, sizeBytes: number): Promise<void> {
  const noise = randomBytes(8 * 1024 ** 2);
  const file = createWriteStream(path);
  for (let remaining = sizeBytes; remaining > 0; remaining -= noise.length) {
    if (!file.write(noise.subarray(0, remaining))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}
