import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { MAX_ATTEMPTS } from '../../../lambdas/completion/fail-attempt.ts';
import { STEPS, type Step } from '../../../lambdas/contracts/steps.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { findSteps } from '../../support/catalog/revision-rows.ts';
import { FAULTS } from '../../support/chain/faults.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { INBOX, OUTPUT } from '../../support/chain/steps.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

type Encode = Awaited<ReturnType<StartedChain['chain']['findEncode']>>;

async function revisionOf(revisionId: string) {
  return (await findRevision(services.database, revisionId))!.revision;
}

async function objectsBelow(prefix: string): Promise<number> {
  const { KeyCount = 0 } = await services.s3.send(
    new ListObjectsV2Command({ Bucket: services.outputBucket, Prefix: prefix }),
  );
  return KeyCount;
}

function remove(prefix: string, name: string): Promise<unknown> {
  return services.s3.send(new DeleteObjectCommand({ Bucket: services.outputBucket, Key: `${prefix}${name}` }));
}

/** Writes an output whose only rendition, as its playlist says, ends after a quarter of the source's two seconds. */
async function putShortOutput({ prefix }: Pick<Encode, 'prefix'>): Promise<void> {
  await chain.putOutput(prefix);
  const Body = OUTPUT['index_180p.m3u8']?.replace('#EXTINF:2.0', '#EXTINF:0.5');
  await services.s3.send(
    new PutObjectCommand({ Bucket: services.outputBucket, Key: `${prefix}index_180p.m3u8`, Body }),
  );
}

/** Runs every step of an encode and delivers what they send. */
async function runSteps({ ended }: Pick<Encode, 'ended'>, more = {}): Promise<void> {
  for (const step of STEPS) await chain.run(step, ended('COMPLETE', more));
  await chain.deliver();
}

/** Starts the attempt that follows the failed one. */
async function continueAfter({ attemptId, revisionId }: Encode): Promise<Encode> {
  await transcodeUpload(services, services.nextAttemptOf(attemptId).message);
  return chain.findEncode(revisionId);
}

test('ends the upload with output_incomplete if every attempt lacks part of the video', async () => {
  let encode: Encode = await chain.startEncode('always short.mp4', movie);
  const { revisionId } = encode;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    await putShortOutput(encode);
    await runSteps(encode);
    if (attempt < MAX_ATTEMPTS) encode = await continueAfter(encode);
  }
  const { status, code, message, failedAttempts } = await revisionOf(revisionId);
  expect([status, code, failedAttempts.length]).toEqual(['failed', 'output_incomplete', MAX_ATTEMPTS - 1]);
  expect(message).toMatch(/index_180p\.cmfv lasts 0\.5 s instead of 2\.0 s\.$/);
  expect(chain.eventsOf(revisionId)).toEqual([
    expect.objectContaining({ type: 'video.failed', code: 'output_incomplete' }),
  ]);
  expect(await findSteps(services.database, revisionId)).toContainEqual(
    expect.objectContaining({ step: 'metadata', status: 'failed' }),
  );
});

test('a second attempt that writes everything makes the video ready, and the output of the first is removed', async () => {
  const first: Encode = await chain.startEncode('once short.mp4', movie);
  await putShortOutput(first);
  await runSteps(first);
  expect(await revisionOf(first.revisionId)).toMatchObject({
    status: 'uploaded',
    attemptId: null,
    durationMs: null,
    failedAttempts: [{ attemptId: first.attemptId, code: 'output_incomplete' }],
  });
  expect(await objectsBelow(first.prefix)).toBe(0);
  const second = await continueAfter(first);
  await chain.finish(second);
  // The message of the first attempt arrives once more.
  await chain.complete({
    type: 'output-incomplete', revisionId: first.revisionId, attemptId: first.attemptId, step: 'metadata', reason: '',
  });
  expect(await revisionOf(first.revisionId)).toMatchObject({ status: 'ready', durationMs: 2000 });
  expect(await objectsBelow(second.prefix)).toBeGreaterThan(0);
  expect(chain.eventsOf(first.revisionId)).toEqual([expect.objectContaining({ type: 'video.ready' })]);
});

test('accepts a shorter rendition if the encoder reports a damaged source', async () => {
  const encode: Encode = await chain.startEncode('damaged.mp4', movie);
  await putShortOutput(encode);
  await runSteps(encode, { warnings: [{ code: 230008, count: 1 }] });
  expect(await revisionOf(encode.revisionId)).toMatchObject({
    status: 'ready',
    durationMs: 500,
    warnings: [{ code: 'picture_damaged' }, { code: 'source_cut_off', startMs: 500 }],
  });
});

test.each<[Step, string, RegExp]>([
  ['permissions', 'index.mpd', /index\.mpd/],
  ['thumbnails', 'frames/', /frames for the poster/],
  ['metadata', 'index_180p.m3u8', /index_180p\.m3u8 is missing/],
  ['metadata', 'index_180p.cmfv', /index_180p\.cmfv is missing/],
])('the step %s fails the attempt if the encoder wrote no %s', async (step, name, reason) => {
  const { prefix, ended, revisionId }: Encode = await chain.startEncode(`without ${name.replace('/', '')}.mp4`, movie);
  await chain.putOutput(prefix);
  for (const each of Object.keys(OUTPUT).filter((file) => file.startsWith(name))) await remove(prefix, each);
  await chain.run(step, ended('COMPLETE'));
  await chain.deliver();
  const { status, failedAttempts } = await revisionOf(revisionId);
  expect([status, failedAttempts.map(({ code }) => code)]).toEqual(['uploaded', ['output_incomplete']]);
  expect(failedAttempts[0]?.message).toMatch(reason);
});

test('a media file that ends before its last segment fails the attempt', async () => {
  const { prefix, ended, revisionId }: Encode = await chain.startEncode('cut media.mp4', movie);
  await chain.putOutput(prefix);
  await services.s3.send(
    new PutObjectCommand({ Bucket: services.outputBucket, Key: `${prefix}index_180p.cmfv`, Body: 'v'.repeat(500) }),
  );
  await chain.run('metadata', ended('COMPLETE'));
  await chain.deliver();
  expect((await revisionOf(revisionId)).failedAttempts).toEqual([
    expect.objectContaining({ message: expect.stringContaining('index_180p.cmfv has 500 of 1050 bytes.') }),
  ]);
});

test.each(FAULTS)('neither loses nor doubles the next attempt when a function %s', async (fault, sweep) => {
  const encode = await chain.startEncode(`short, ${fault}.mp4`, movie);
  await putShortOutput(encode);
  await sweep(services, (functions) => chain.run('metadata', encode.ended('COMPLETE'), functions));
  for (const message of services.sent.splice(0)) {
    await sweep(services, (functions) => chain.complete(message, INBOX, functions));
  }
  const { message } = services.nextAttemptOf(encode.attemptId);
  await sweep(services, (functions) => transcodeUpload(functions, message));
  await chain.beginJobs(encode.event);
  const { status, failedAttempts } = await revisionOf(encode.revisionId);
  expect([status, failedAttempts.length]).toEqual(['transcoding', 1]);
});
