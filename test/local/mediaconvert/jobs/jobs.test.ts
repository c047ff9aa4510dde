import { CancelJobCommand, ListJobsCommand } from '@aws-sdk/client-mediaconvert';
import { makeClip } from '../../../support/clips.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
let bytes: Buffer;
beforeAll(async () => void (bytes = await makeClip()));
beforeEach(async () => {
  encoder = await TestEncoder.start();
  await encoder.upload('clip.mp4', bytes);
});
afterEach(() => encoder.end());

const WITH_AUDIO = { audioTracks: [{ channels: 1 }] };

function submit(attemptId: string, priority = 0): Promise<string> {
  return encoder.submit({ ...encoder.request('clip.mp4', WITH_AUDIO, attemptId), Priority: priority });
}

function statusesOf(id: string): string[] {
  return encoder.eventsOf(id).map(({ status }) => status).filter((status) => status !== 'STATUS_UPDATE');
}

/** Holds back the uploads of an attempt until `resume`; `held` resolves with the key of the first. */
function holdUpload(attemptId: string): { held: Promise<string>; resume: () => void } {
  let resume = (): void => undefined;
  const gate = new Promise<void>((resolve) => (resume = resolve));
  const held = new Promise<string>((resolve) => {
    encoder.store.beforePut = async (key) => {
      if (!key.includes(`/${attemptId}/`)) return;
      resolve(key);
      await gate;
    };
  });
  return { held, resume };
}

test('runs jobs by priority, then in the order of submission', async () => {
  encoder.service.defineQueue({ name: 'Default', paused: true });
  const [low, normal, urgent, second] = [
    await submit('low00000', -5),
    await submit('normal00'),
    await submit('urgent00', 50),
    await submit('second00'),
  ];
  expect((await encoder.get(low)).Status).toBe('SUBMITTED');
  encoder.service.defineQueue({ name: 'Default', paused: false });
  for (const id of [low, normal, urgent, second]) expect((await encoder.waitForEnd(id)).Status).toBe('COMPLETE');
  const started = encoder.events.filter(({ status }) => status === 'PROGRESSING').map(({ jobId }) => jobId);
  expect(started).toEqual([urgent, normal, second, low]);
});

test('keeps a job of a queue that runs no more jobs at once SUBMITTED, while those of other queues run', async () => {
  encoder.service.defineQueue({ name: 'small', paused: false, concurrentJobs: 0 });
  const waiting = await encoder.submit({ ...encoder.request('clip.mp4', WITH_AUDIO, 'small000'), Queue: 'small' });
  const other = await submit('other000');
  expect((await encoder.waitForEnd(other)).Status).toBe('COMPLETE');
  expect((await encoder.get(waiting)).Status).toBe('SUBMITTED');
  encoder.service.defineQueue({ name: 'small', paused: false, concurrentJobs: 1 });
  expect((await encoder.waitForEnd(waiting)).Status).toBe('COMPLETE');
});

test('lists jobs newest first, by status, page by page', async () => {
  encoder.service.defineQueue({ name: 'Default', paused: true });
  const ids: string[] = [];
  for (const attempt of ['list0001', 'list0002', 'list0003']) ids.push(await submit(attempt));
  const list = (more: object) => encoder.client.send(new ListJobsCommand({ Queue: 'Default', ...more }));
  const { Jobs: firstPage, NextToken } = await list({ MaxResults: 2 });
  expect(firstPage?.map(({ Id }) => Id)).toEqual([ids[2], ids[1]]);
  expect((await list({ MaxResults: 2, NextToken })).Jobs?.map(({ Id }) => Id)).toEqual([ids[0]]);
  expect((await list({ Order: 'ASCENDING' })).Jobs?.map(({ Id }) => Id)).toEqual(ids);
  expect((await list({ Status: 'COMPLETE' })).Jobs).toEqual([]);
});

test('cancels a waiting job before it starts, and rejects a second cancellation', async () => {
  encoder.service.defineQueue({ name: 'Default', paused: true });
  const id = await submit('waiting0');
  await encoder.client.send(new CancelJobCommand({ Id: id }));
  expect((await encoder.get(id)).Status).toBe('CANCELED');
  expect(statusesOf(id)).toEqual(['CANCELED']);
  await expect(encoder.client.send(new CancelJobCommand({ Id: id }))).rejects.toMatchObject({
    name: 'ConflictException',
  });
});

test('cancels a running job: no manifest appears, and the next job runs', async () => {
  const upload = holdUpload('running0');
  const [id, next] = [await submit('running0'), await submit('next0000')];
  await upload.held;
  const canceled = encoder.client.send(new CancelJobCommand({ Id: id }));
  expect((await encoder.waitForEnd(id)).Status).toBe('CANCELED');
  upload.resume();
  await canceled;
  expect((await encoder.waitForEnd(next)).Status).toBe('COMPLETE');
  expect(statusesOf(id)).toEqual(['PROGRESSING', 'INPUT_INFORMATION', 'CANCELED']);
  expect(encoder.store.written.filter((key) => key.endsWith('/running0/index.m3u8'))).toEqual([]);
});

test('restarts a job after an interruption while its source is read', async () => {
  const interrupted = new Promise<void>((resolve) => {
    encoder.service.onProgress(({ phase }) => phase === 'PROBING' && resolve());
  });
  const id = await submit('restart0');
  await interrupted;
  await encoder.stop();
  expect(encoder.store.written.filter((key) => key.includes('/restart0/'))).toEqual([]);
  await encoder.open();
  expect((await encoder.waitForEnd(id)).Status).toBe('COMPLETE');
  expect(statusesOf(id).filter((status) => status !== 'INPUT_INFORMATION')).toEqual(['PROGRESSING', 'COMPLETE']);
});

test('does not encode again after an interruption while outputs are written', async () => {
  const upload = holdUpload('uploads0');
  const id = await submit('uploads0');
  await upload.held;
  const stopped = encoder.stop();
  upload.resume();
  await stopped;
  expect((await encoder.outputs('uploads0')).includes('index.m3u8')).toBe(false);
  // Any encoding would fail from here on.
  encoder.tools = { ffmpegPath: '/bin/false', ffprobePath: '/bin/false' };
  encoder.store.beforePut = () => Promise.resolve();
  await encoder.open();
  expect((await encoder.waitForEnd(id)).Status).toBe('COMPLETE');
  expect(await encoder.outputs('uploads0')).toContain('index.m3u8');
  expect(statusesOf(id)).toEqual(['PROGRESSING', 'INPUT_INFORMATION', 'COMPLETE']);
});

test('publishes events that the bus did not accept in the next process, in order and once', async () => {
  encoder.busIsDown = true;
  const id = await submit('outbox00');
  await encoder.waitForEnd(id);
  await encoder.stop();
  expect(statusesOf(id)).toEqual([]);
  encoder.busIsDown = false;
  await encoder.open();
  await encoder.waitForEnd(id);
  await encoder.stop();
  await encoder.open();
  expect(statusesOf(id)).toEqual(['PROGRESSING', 'INPUT_INFORMATION', 'COMPLETE']);
});

test('reports rising progress to the end, with the metadata of the job', async () => {
  const seen: { phase: string; percent: number; attempt: string | undefined }[] = [];
  encoder.service.onProgress(({ phase, percent, userMetadata }) =>
    seen.push({ phase, percent, attempt: userMetadata['attemptId'] }),
  );
  await encoder.waitForEnd(await submit('progress'));
  expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['PROBING', 'TRANSCODING', 'UPLOADING']);
  const percents = seen.map(({ percent }) => percent);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(new Set(seen.map(({ attempt }) => attempt))).toEqual(new Set(['progress']));
});
