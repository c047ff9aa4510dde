import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeClip } from '../test/support/clips.ts';
import { startCloud } from './cloud.ts';
import { formatMilliseconds, formatSeconds, measureMs } from './figures.ts';
import { requireFfmpeg } from './require-program.ts';
import { median } from './median.ts';
import { preparePlainFfmpeg } from './plain-ffmpeg.ts';
import type { BenchOptions, BenchRow } from './row.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { putTimedSource, type UploadTimes, waitUntilReady } from './uploads.ts';

const ROUNDS = 7;
const AT_ONCE = 20;
/** Number of jobs that the laptop cloud runs concurrently. */
const ENCODERS = 2;
const AIM_MS = 500;

const PEER = 'plain ffmpeg, same ladder';

/** Measures the warm chain's own time, from the bucket's response to `ready` in the catalog. */
export async function* eventToReady({ log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  requireFfmpeg();
  using directory = temporaryDirectory();
  const body = await makeClip();
  const path = join(directory.path, 'clip.mp4');
  await writeFile(path, body);
  const plain = await preparePlainFfmpeg(path);
  await using cloud = await startCloud();
  const upload = async (key: string): Promise<UploadTimes> =>
    waitUntilReady(cloud, key, await putTimedSource(cloud, key, body));

  log('a small clip, warming up');
  await upload('warm-1.mp4');
  await upload('warm-2.mp4');
  const [single, encodes]: [UploadTimes[], number[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round += 1) {
    log(`a small clip, round ${round} of ${ROUNDS}`);
    single.push(await upload(`clip-${round}.mp4`));
    encodes.push(await measureMs(() => plain.encode()));
  }
  const encodeMs = median(encodes);
  const of = (part: (timeline: UploadTimes) => number): number => median(single.map(part));
  const chainMs = of(({ put: from, started, finished, ready }) => ready - from - (finished - started));
  const before = of(({ put: from, started }) => started - from);
  const after = of(({ finished, ready }) => ready - finished);
  yield {
    measure: 'event to ready without the encode, 2 s clip',
    sluice: `${formatMilliseconds(chainMs)} (${formatMilliseconds(before)} before the job, ${formatMilliseconds(after)} after)`,
    peer: `${PEER}: ${formatMilliseconds(encodeMs)}`,
    ratio: chainMs / encodeMs,
    aim: { text: `< ${AIM_MS} ms`, met: chainMs < AIM_MS },
  };
  const totalMs = of(({ put: from, ready }) => ready - from);
  yield {
    measure: 'event to ready with the encode',
    sluice: formatMilliseconds(totalMs),
    peer: `${PEER}: ${formatMilliseconds(encodeMs)}`,
    ratio: totalMs / encodeMs,
  };

  log(`${AT_ONCE} uploads at once`);
  const batch = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => upload(`batch-${index}.mp4`)));
  const batchMs = Math.max(...batch.map(({ ready }) => ready)) - Math.min(...batch.map(({ put: from }) => from));
  const plainMs = await measureMs(() => runConcurrently(AT_ONCE, ENCODERS, () => plain.encode()));
  const peer = `${PEER}, ${ENCODERS} at a time: ${formatSeconds(plainMs)}`;
  yield {
    measure: `${AT_ONCE} uploads at once, until all are ready`,
    sluice: formatSeconds(batchMs),
    peer,
    ratio: batchMs / plainMs,
  };
  yield {
    measure: `${AT_ONCE} uploads at once, each without its job and queueing`,
    sluice: formatMilliseconds(median(batch.map((each) => each.ready - each.put - (each.finished - each.submitted)))),
    peer: `single upload: ${formatMilliseconds(of((each) => each.ready - each.put - (each.finished - each.submitted)))}`,
  };
}

/** Runs `work` `times` times, at most `concurrency` at once. */
async function runConcurrently(times: number, concurrency: number, work: () => Promise<void>): Promise<void> {
  let remaining = times;
  const worker = async (): Promise<void> => {
    while (remaining > 0) {
      remaining -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
