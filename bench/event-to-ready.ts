import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clip } from '../test/support/clips.ts';
import { startCloud } from './cloud.ts';
import { inMilliseconds, inSeconds, timed } from './figures.ts';
import { expectFfmpeg } from './find-program.ts';
import { median } from './median.ts';
import { plainFfmpeg } from './plain-ffmpeg.ts';
import type { BenchOptions, Row } from './row.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { put, type Timeline, untilReady } from './uploads.ts';

const ROUNDS = 7;
const AT_ONCE = 20;
/** As many as the laptop cloud runs jobs at a time. */
const ENCODERS = 2;
const AIM_MS = 500;

const PEER = 'plain ffmpeg, the same ladder';

/** What the chain itself takes, from the bucket's answer to `ready` in the catalog, when its functions are warm. */
export async function* eventToReady({ say }: BenchOptions): AsyncGenerator<Row, void> {
  expectFfmpeg();
  using directory = temporaryDirectory();
  const body = await clip();
  const path = join(directory.path, 'clip.mp4');
  await writeFile(path, body);
  const plain = await plainFfmpeg(path);
  await using cloud = await startCloud();
  const upload = async (key: string): Promise<Timeline> => untilReady(cloud, key, await put(cloud, key, body));

  say('a small clip, warming up');
  await upload('warm-1.mp4');
  await upload('warm-2.mp4');
  const [single, encodes]: [Timeline[], number[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round += 1) {
    say(`a small clip, round ${round} of ${ROUNDS}`);
    single.push(await upload(`clip-${round}.mp4`));
    encodes.push(await timed(() => plain.encode()));
  }
  const encodeMs = median(encodes);
  const of = (part: (timeline: Timeline) => number): number => median(single.map(part));
  const chainMs = of(({ put: from, started, finished, ready }) => ready - from - (finished - started));
  const before = of(({ put: from, started }) => started - from);
  const after = of(({ finished, ready }) => ready - finished);
  yield {
    measure: 'event to ready without the encode, 2 s clip',
    sluice: `${inMilliseconds(chainMs)} (${inMilliseconds(before)} before the job, ${inMilliseconds(after)} after)`,
    peer: `${PEER}: ${inMilliseconds(encodeMs)}`,
    ratio: chainMs / encodeMs,
    aim: { text: `< ${AIM_MS} ms`, met: chainMs < AIM_MS },
  };
  const totalMs = of(({ put: from, ready }) => ready - from);
  yield {
    measure: 'event to ready with the encode',
    sluice: inMilliseconds(totalMs),
    peer: `${PEER}: ${inMilliseconds(encodeMs)}`,
    ratio: totalMs / encodeMs,
  };

  say(`${AT_ONCE} uploads at once`);
  const batch = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => upload(`batch-${index}.mp4`)));
  const allMs = Math.max(...batch.map(({ ready }) => ready)) - Math.min(...batch.map(({ put: from }) => from));
  const plainMs = await timed(() => inTurns(AT_ONCE, ENCODERS, () => plain.encode()));
  const peer = `${PEER}, ${ENCODERS} at a time: ${inSeconds(plainMs)}`;
  yield { measure: `${AT_ONCE} uploads at once, until all are ready`, sluice: inSeconds(allMs), peer, ratio: allMs / plainMs };
  yield {
    measure: `${AT_ONCE} uploads at once, each without its job and the wait for it`,
    sluice: inMilliseconds(median(batch.map((each) => each.ready - each.put - (each.finished - each.submitted)))),
    peer: `one upload alone: ${inMilliseconds(of((each) => each.ready - each.put - (each.finished - each.submitted)))}`,
  };
}

/** Does something `times` times, `width` of them at once. */
async function inTurns(times: number, width: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
