import { paginateListJobs, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { clientConfig, type Running } from '../../local/cli/running.ts';
import { makeClip } from '../support/clips.ts';
import { findFreePortPair, removeState, spawnLaptopCloud } from '../support/laptop-cloud.ts';
import { connectTo } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

const KILLS = 20;
/** Approximate processing time of a short upload. */
const PROCESSING_MS = 2500;

/** Yields a pseudorandom sequence, the same in every run (Park and Miller's generator). */
function* pseudorandom(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

/** Returns the attempt ids of all completed jobs. */
async function encodedAttempts(running: Running): Promise<string[]> {
  const client = new MediaConvertClient(clientConfig(running));
  const attempts: string[] = [];
  for await (const { Jobs: jobs = [] } of paginateListJobs({ client }, { Status: 'COMPLETE' })) {
    attempts.push(...jobs.map(({ UserMetadata: metadata }) => metadata?.['attemptId'] ?? ''));
  }
  client.destroy();
  return attempts;
}

test(`the laptop cloud loses no accepted upload and encodes none twice when killed during ${KILLS} uploads`, async () => {
  const movie = await makeClip('-t', '0.6');
  const random = pseudorandom(20_261_121);
  const accepted: { key: string; versionId: string }[] = [];
  const port = await findFreePortPair();
  let cloud = await spawnLaptopCloud({ port });
  const { stateDirectory } = cloud;
  try {
    for (let kill = 1; kill <= KILLS; kill++) {
      const key = `killed-${kill}.mp4`;
      accepted.push({ key, versionId: await putSource(connectTo(stateDirectory), key, movie) });
      await new Promise((resolve) => setTimeout(resolve, random.next().value * PROCESSING_MS));
      await cloud.kill();
      cloud = await spawnLaptopCloud({ port, stateDirectory });
    }
    const clients = connectTo(stateDirectory);
    const claimed: string[] = [];
    for (const { key, versionId } of accepted) {
      const upload = await waitForEnd(clients, key, versionId);
      expect(upload).toMatchObject({ status: 'ready' });
      claimed.push(upload.attemptId ?? '');
    }
    const encoded = await encodedAttempts(clients.running);
    expect(new Set(encoded).size).toBe(encoded.length);
    expect(encoded).toEqual(expect.arrayContaining(claimed));
  } finally {
    await cloud.stop();
    await removeState(stateDirectory);
  }
}, 900_000);
