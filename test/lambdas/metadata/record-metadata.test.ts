import { GetObjectCommand } from '@aws-sdk/client-s3';
import { addWarnings } from '../../../catalog/revisions/add-warnings.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { findSteps } from '../../support/catalog/revision-rows.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

async function metadataBelow(prefix: string): Promise<Record<string, unknown>> {
  const object = { Bucket: services.outputBucket, Key: `${prefix}metadata.json` };
  return JSON.parse((await (await services.s3.send(new GetObjectCommand(object))).Body?.transformToString()) ?? '');
}

test('warnings of the job reach the catalog, the published document and the event; the others only the step', async () => {
  const { revisionId, prefix, ended, attemptId } = await chain.startEncode('warned.mp4', movie);
  const skipped = { code: 'sound_track_skipped', track: 2 };
  await addWarnings(services.database, { revisionId, attemptId }, [skipped]);
  await chain.putOutput(prefix);
  const reported = [
    { code: 230006, count: 4 },
    { code: 230001, count: 1 },
  ];
  const expected = [skipped, { code: 'sound_damaged' }];
  // Redelivered events add nothing.
  for (const step of [...STEPS, ...STEPS]) await chain.run(step, ended('COMPLETE', { warnings: reported }));
  await chain.deliver();
  expect((await findRevision(services.database, revisionId))?.revision.warnings).toEqual(expected);
  expect(await metadataBelow(prefix)).toMatchObject({ warnings: expected });
  expect(chain.eventsOf(revisionId)).toEqual([expect.objectContaining({ type: 'video.ready', warnings: expected })]);
  expect(await findSteps(services.database, revisionId)).toContainEqual(
    expect.objectContaining({ step: 'metadata', detail: expect.objectContaining({ encoderWarnings: reported }) }),
  );
});

test('a video without warnings says so in the published document and the event', async () => {
  const { revisionId, prefix, ended } = await chain.startEncode('unwarned.mp4', movie);
  await chain.putOutput(prefix);
  for (const step of STEPS) await chain.run(step, ended('COMPLETE'));
  await chain.deliver();
  expect(await metadataBelow(prefix)).toMatchObject({ warnings: [] });
  expect(chain.eventsOf(revisionId)).toEqual([expect.objectContaining({ type: 'video.ready', warnings: [] })]);
});
