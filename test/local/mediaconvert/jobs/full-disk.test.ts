import { JobStore } from '../../../../local/mediaconvert/jobs/job-store.ts';
import { makeClip } from '../../../support/clips.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());
afterEach(() => jest.restoreAllMocks());

test('a job waits while the disk is full for its outputs or its record, and then completes without encoding again', async () => {
  await encoder.upload('clip.mp4', await makeClip());
  const full = [
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
    Object.assign(new Error('database or disk is full'), { errcode: 13 }),
  ];
  const [outputs, record] = full;
  let puts = 0;
  encoder.store.beforePut = () => ((puts += 1) === 2 ? Promise.reject(outputs) : Promise.resolve());
  const id = await encoder.submit(encoder.request('clip.mp4', { audioTracks: [{ channels: 1 }] }, 'fulldisk'));
  jest.spyOn(JobStore.prototype, 'save').mockImplementationOnce(() => {
    throw record;
  });
  expect((await encoder.waitForEnd(id)).Status).toBe('COMPLETE');
  expect(encoder.errors).toEqual([expect.objectContaining({ cause: outputs }), record]);
  expect(encoder.eventsOf(id).map(({ status }) => status)).toEqual(['PROGRESSING', 'INPUT_INFORMATION', 'COMPLETE']);
});
