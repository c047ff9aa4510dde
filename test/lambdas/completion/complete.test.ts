import { GetObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { findRevision, findRevisionByVersion } from '../../../catalog/revisions/find-revision.ts';
import { PUBLISHED_TAG } from '../../../lambdas/contracts/output-layout.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { uploadedObject } from '../../../lambdas/chain/uploaded-object.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { ADDED_BY_STEPS, DEAD_LETTERS, INBOX, OUTPUT } from '../../support/chain/steps.ts';
import { findRenditions, findSteps } from '../../support/catalog/revision-rows.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

async function text(key: string): Promise<string | undefined> {
  return (
    await services.s3.send(new GetObjectCommand({ Bucket: services.outputBucket, Key: key }))
  ).Body?.transformToString();
}

async function tagsOf(key: string) {
  return (await services.s3.send(new GetObjectTaggingCommand({ Bucket: services.outputBucket, Key: key }))).TagSet;
}

test('makes a complete job a ready video with published objects, poster, storyboard and measured renditions', async () => {
  const { revisionId, videoId, prefix, ended } = await chain.startEncode('whole.mp4', movie);
  await chain.putOutput(prefix);
  for (const step of [...STEPS.toReversed(), 'metadata'] as const) {
    expect(await chain.statusOf(revisionId)).not.toBe('ready');
    await chain.run(step, ended('COMPLETE'));
  }
  await chain.deliver();
  expect(chain.eventsOf(revisionId)).toEqual([
    expect.objectContaining({ type: 'video.ready', videoId, key: 'whole.mp4', revision: 1, durationMs: 2000 }),
  ]);
  expect(await findPlayable(services.database, videoId)).toMatchObject({ state: 'playable', durationMs: 2000 });

  expect(await text(`${prefix}poster.jpg`)).toBe(OUTPUT['frames/frame.0000001.jpg']);
  expect(await text(`${prefix}storyboard.vtt`)).toContain('index_thumbnails_00001.jpg#xywh=0,0,');
  const published = [{ Key: PUBLISHED_TAG.key, Value: PUBLISHED_TAG.value }];
  for (const name of [...Object.keys(OUTPUT), ...ADDED_BY_STEPS]) {
    expect([name, await tagsOf(`${prefix}${name}`)]).toEqual([name, published]);
  }
  expect(await findRenditions(services.database, revisionId)).toMatchObject([
    { name: 'index_180p.cmfv', codecs: 'avc1.64000c', width: 320, sizeBytes: 1050, averageBps: 4000, peakBps: 4000 },
  ]);
  expect(JSON.parse((await text(`${prefix}metadata.json`)) ?? '')).toMatchObject({
    videoId,
    durationMs: 2000,
    source: { container: 'isobmff', sizeBytes: movie.length },
    renditions: [{ name: 'index_180p.cmfv' }],
  });
});

test.each([
  ['ERROR', { errorCode: 1060, errorMessage: 'No pictures decoded' }, 'rejected', 'damaged_file'],
  ['ERROR', { errorCode: 1433, errorMessage: 'Unable to assume role' }, 'failed', 'encoder_denied'],
  ['CANCELED', {}, 'failed', 'encoder_canceled'],
] as const)('a job that ends with %s %j ends its revision as %s, once', async (status, more, end, code) => {
  const { revisionId, ended } = await chain.startEncode(`${code}.mp4`, movie);
  for (let times = 0; times < 3; times += 1) {
    await chain.complete(ended(status, more));
  }
  await chain.run('metadata', ended('COMPLETE'));
  expect((await findRevision(services.database, revisionId))?.revision).toMatchObject({ status: end, code });
  expect(chain.eventsOf(revisionId)).toEqual([expect.objectContaining({ type: `video.${end}`, code })]);
});

test('ends a revision with the code of the step whose message was dead-lettered', async () => {
  const { revisionId, ended } = await chain.startEncode('given-up.mp4', movie);
  await chain.complete(ended('COMPLETE'), DEAD_LETTERS.permissions);
  expect(await findSteps(services.database, revisionId)).toMatchObject([{ step: 'permissions', status: 'failed' }]);
  expect(chain.eventsOf(revisionId)).toEqual([
    expect.objectContaining({ type: 'video.failed', code: 'permissions_failed' }),
  ]);
});

test('registers an unknown upload from its dead letter, and leaves a running one unchanged', async () => {
  const unknown = await services.upload('never-seen.mp4', movie);
  await chain.complete(unknown, DEAD_LETTERS.transcode);
  expect((await findRevisionByVersion(services.database, uploadedObject(unknown)))?.revision).toMatchObject({
    status: 'failed',
    code: 'transcode_failed',
  });
  const { revisionId, event } = await chain.startEncode('under-way.mp4', movie);
  await chain.complete(event, DEAD_LETTERS.transcode);
  expect(await chain.statusOf(revisionId)).toBe('transcoding');
});

test('ends an upload whose event never reached a queue', async () => {
  const event = await services.upload('undelivered.mp4', movie);
  const warn = jest.spyOn(services.logger, 'warn');
  const reason = { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'denied', RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/created' };
  const attributes = Object.entries(reason).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' as const }] as const);
  await chain.complete(event, INBOX, services, Object.fromEntries(attributes));
  expect(await chain.revisionOf(event)).toMatchObject({ status: 'failed', code: 'transcode_failed' });
  // Handled, it is no longer in the queue, where an operator could look at it.
  expect(warn.mock.calls).toContainEqual([
    'dead letter received',
    { source: 'transcode', receiveCount: '1', undelivered: { code: 'NO_PERMISSIONS', message: 'denied', rule: reason.RULE_ARN } },
  ]);
  warn.mockRestore();
});

test('leaves an encode whose event never reached a step to its deadline', async () => {
  const { revisionId, ended } = await chain.startEncode('undelivered event.mp4', movie);
  await chain.complete(ended('COMPLETE'));
  expect(await chain.statusOf(revisionId)).toBe('transcoding');
});

test('drops an invalid dead letter instead of retrying it', async () => {
  for (const body of ['', 'not json', '{}', '[]']) {
    await chain.complete(body, DEAD_LETTERS.metadata);
  }
  await expect(chain.complete('{}')).rejects.toThrow('Invalid input');
});

test('supersedes a revision whose source was replaced during its encode', async () => {
  const { revisionId, prefix, ended } = await chain.startEncode('replaced.mp4', movie);
  await chain.putOutput(prefix);
  await services.upload('replaced.mp4', movie);
  for (const step of STEPS) await chain.run(step, ended('COMPLETE'));
  await chain.deliver();
  expect(await chain.statusOf(revisionId)).toBe('superseded');
  expect(chain.eventsOf(revisionId)).toEqual([expect.objectContaining({ type: 'video.superseded' })]);
});

test('publishes an end that could not be published when the message is redelivered', async () => {
  const { revisionId, ended } = await chain.startEncode('silent.mp4', movie);
  const mute = { ...services, topicArn: `${services.topicArn}-missing` };
  await expect(chain.complete(ended('CANCELED'), INBOX, mute)).rejects.toThrow('Topic');
  expect(chain.eventsOf(revisionId)).toEqual([]);
  await chain.complete(ended('CANCELED'));
  expect(chain.eventsOf(revisionId)).toHaveLength(1);
});
