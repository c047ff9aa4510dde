import { readFile } from 'node:fs/promises';
import { footagePath } from '../test/support/footage.ts';
import { startCloud } from './cloud.ts';
import { formatSeconds, measureMs } from './figures.ts';
import { median } from './median.ts';
import { preparePlainFfmpeg } from './plain-ffmpeg.ts';
import { processorMs } from './processes.ts';
import type { BenchOptions, BenchRow } from './row.ts';
import { putTimedSource, waitUntilReady } from './uploads.ts';

const AIM = 1.1;

/** Measures the time from the upload of real footage until it is ready, against only encoding its renditions. */
export async function* wholeJob({ rounds, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  const footage = await readFile(footagePath);
  const plain = await preparePlainFfmpeg(footagePath);
  await using cloud = await startCloud();
  const [ours, theirs]: [Measurement[], Measurement[]] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    log(`footage, round ${round} of ${rounds}`);
    const key = `footage-${round}.mp4`;
    ours.push(
      await measure(cloud.running.pid, async () => {
        await waitUntilReady(cloud, key, await putTimedSource(cloud, key, footage));
      }),
    );
    theirs.push(await measure(process.pid, () => plain.encode()));
  }
  const name = `30 s of 1080p into ${plain.rungs.join(', ')}`;
  for (const { what, of } of [
    { what: `whole job, ${name}`, of: ({ elapsedMs }: Measurement) => elapsedMs },
    { what: 'whole job, CPU time', of: ({ processorMs: cpuMs }: Measurement) => cpuMs },
  ]) {
    const [mine, peer] = [median(ours.map(of)), median(theirs.map(of))];
    const ratio = mine / peer;
    yield {
      measure: what,
      sluice: formatSeconds(mine),
      peer: `one plain ffmpeg, no poster or storyboard: ${formatSeconds(peer)}`,
      ratio,
      aim: { text: `ratio <= ${AIM.toFixed(2)}`, met: ratio <= AIM },
    };
  }
}

interface Measurement {
  readonly elapsedMs: number;
  readonly processorMs: number;
}

async function measure(pid: number, work: () => Promise<void>): Promise<Measurement> {
  const before = processorMs(pid);
  const elapsedMs = await measureMs(work);
  return { elapsedMs, processorMs: processorMs(pid) - before };
}
