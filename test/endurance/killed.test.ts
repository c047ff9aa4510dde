import { ListJobsCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { clientConfig } from '../../local/cli/running.ts';
import { clip } from '../support/clips.ts';
import { freePortPair, removeState, startLaptopCloud } from '../support/laptop-cloud.ts';
import { connect } from '../support/shared-cloud.ts';
import { put, uploadEnds } from '../support/uploads.ts';

const KILLS = 20;
/** About as long as a short upload takes from its arrival to its end. */
const WAY_MS = 2500;

/** A sequence that looks random and is the same in every run (Park and Miller's). */
function* seeded(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

test(`killed at ${KILLS} points of an upload's way, it loses nothing that it accepted and encodes nothing twice`, async () => {
  const movie = await clip('-t', '0.6');
  const random = seeded(20_261_121);
  const accepted: { key: string; versionId: string }[] = [];
  const port = await freePortPair();
  let cloud = await startLaptopCloud({ port });
  const { stateDirectory } = cloud;
  for (let kill = 1; kill <= KILLS; kill++) {
    const key = `killed-${kill}.mp4`;
    accepted.push({ key, versionId: await put(connect(stateDirectory), key, movie) });
    await new Promise((resolve) => setTimeout(resolve, random.next().value * WAY_MS));
    await cloud.kill();
    cloud = await startLaptopCloud({ port, stateDirectory });
  }

  const clients = connect(stateDirectory);
  for (const { key, versionId } of accepted) {
    expect(await uploadEnds(clients, key, versionId)).toMatchObject({ status: 'ready' });
  }
  const mediaConvert = new MediaConvertClient(clientConfig(clients.running));
  const { Jobs: jobs = [] } = await mediaConvert.send(new ListJobsCommand({ Status: 'COMPLETE', MaxResults: 100 }));
  mediaConvert.destroy();
  const revisions = jobs.map(({ UserMetadata: metadata }) => metadata?.['revisionId']);
  expect(new Set(revisions).size).toBe(accepted.length);
  expect(revisions).toHaveLength(accepted.length);
  await cloud.stop();
  await removeState(stateDirectory);
}, 900_000);
