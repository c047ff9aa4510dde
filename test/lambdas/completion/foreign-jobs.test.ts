import { CreateJobCommand, GetJobCommand } from '@aws-sdk/client-mediaconvert';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { INBOX, jobEvent } from '../../support/chain/steps.ts';
import type { ChainServices, Functions } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

/** Functions of another deployment, which uses the same MediaConvert queue. */
function neighbor(): Functions {
  return { ...services, deployment: 'NeighborPipeline' };
}

async function statusOf(jobId: string | null) {
  return (await services.mediaConvert.send(new GetJobCommand({ Id: jobId ?? '' }))).Job?.Status;
}

test('submits jobs that carry the id of their deployment', async () => {
  const { revision } = await chain.startEncode('labeled.mp4', movie);
  const { Job: job } = await services.mediaConvert.send(new GetJobCommand({ Id: revision.jobId! }));
  expect(job?.UserMetadata).toMatchObject({ deployment: services.deployment, revisionId: revision.id });
});

test('never cancels the job of another deployment, although no revision claims it', async () => {
  const { revision } = await chain.startEncode('neighbor.mp4', movie);
  const unclaimed = { ...revision, attemptId: 'f'.repeat(32) };
  await chain.complete(jobEvent(unclaimed, 'PROGRESSING'), INBOX, neighbor());
  expect(await statusOf(revision.jobId)).toBe('SUBMITTED');
  await chain.complete(jobEvent(unclaimed, 'PROGRESSING'));
  expect(await statusOf(revision.jobId)).toBe('CANCELED');
});

test('never reconciles a job that does not carry the deployment’s id', async () => {
  const { revision, revisionId, attemptId } = await chain.startEncode('own.mp4', movie);
  const { Job: own } = await services.mediaConvert.send(new GetJobCommand({ Id: revision.jobId! }));
  const { Queue, Role, Settings, UserMetadata } = own!;
  const foreign = { Queue, Role, Settings, UserMetadata: { ...UserMetadata, deployment: 'NeighborPipeline' } };
  const { Job: job } = await services.mediaConvert.send(new CreateJobCommand(foreign));
  const { message } = services.deadlineOf(attemptId);
  await chain.complete({ ...message, jobId: job!.Id });
  expect((await findRevision(services.database, revisionId))?.revision).toMatchObject({
    status: 'uploaded',
    failedAttempts: [{ code: 'encoder_error' }],
  });
  expect(await statusOf(job!.Id!)).toBe('SUBMITTED');
});
