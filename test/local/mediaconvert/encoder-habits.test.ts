import type { MediaConvertHabits } from '../../../local/cloud/habits.ts';
import { DEFAULT_HABITS, harshHabits } from '../../../local/cloud/habits.ts';
import { seededRandom } from '../../../local/cloud/seeded-random.ts';
import { EncoderHabits } from '../../../local/mediaconvert/encoder-habits.ts';
import { makeClip } from '../../support/clips.ts';
import { TestEncoder } from '../../support/media/test-encoder.ts';

let clock = 0;

function habitsOf(habits: Partial<MediaConvertHabits>, random: () => number = () => 0): EncoderHabits {
  return new EncoderHabits({ ...DEFAULT_HABITS.mediaConvert, ...habits }, random, () => clock);
}

async function withEncoder(habits: EncoderHabits, use: (encoder: TestEncoder) => Promise<void>): Promise<void> {
  const encoder = await TestEncoder.start(habits);
  try {
    await encoder.upload('clip.mp4', await makeClip());
    await use(encoder);
  } finally {
    await encoder.end();
  }
}

test('has no habits by default', () => {
  const habits = new EncoderHabits(DEFAULT_HABITS.mediaConvert, () => 0);
  expect(() => habits.admit()).not.toThrow();
  expect([habits.submittedMs(), habits.firstCapture()]).toEqual([0, 0]);
});

test('repeats the same habits for the same seed', () => {
  const { mediaConvert } = harshHabits(7);
  const draw = () => {
    const habits = new EncoderHabits(mediaConvert, seededRandom(7, 'requests'), () => 0);
    return Array.from({ length: 5 }, () => [habits.submittedMs(), habits.firstCapture()]);
  };
  expect(draw()).toEqual(draw());
  expect(new Set(draw().map(([submittedMs]) => submittedMs)).size).toBeGreaterThan(1);
});

test('throttles CreateJob, GetJob and Probe with 429 for a time', async () => {
  const habits = habitsOf({ throttling: { share: 0.5, forMs: [1000, 1000] } }, () => (clock < 1000 ? 0 : 0.9));
  await withEncoder(habits, async (encoder) => {
    encoder.client.config.maxAttempts = async () => 1;
    const throttled = { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } };
    clock = 0;
    await expect(encoder.submit(encoder.request('clip.mp4'))).rejects.toMatchObject(throttled);
    await expect(encoder.get('1')).rejects.toMatchObject(throttled);
    clock = 999;
    await expect(encoder.probe('clip.mp4')).rejects.toMatchObject(throttled);
    clock = 1000;
    expect(await encoder.probe('clip.mp4')).toMatchObject({ Container: { Format: 'mp4' } });
    expect(encoder.events).toEqual([]);
  });
});

test('keeps a job SUBMITTED for a time, and then runs it; captures of its frames count from 1', async () => {
  const habits = habitsOf({ submittedMs: [300, 300], firstCaptures: [1] });
  await withEncoder(habits, async (encoder) => {
    const id = await encoder.submit(encoder.request('clip.mp4'));
    expect(await encoder.get(id)).toMatchObject({ Status: 'SUBMITTED' });
    expect((await encoder.waitForEnd(id)).Status).toBe('COMPLETE');
    const frames = (await encoder.outputs()).filter((name) => name.startsWith('frames/'));
    expect(frames[0]).toBe('frames/frame.0000001.jpg');
    const [complete] = encoder.eventsOf(id).filter(({ status }) => status === 'COMPLETE');
    const last = expect.stringContaining(`frame.${String(frames.length).padStart(7, '0')}.jpg`);
    expect(JSON.stringify(complete)).not.toContain('averageBitrate');
    expect(complete).toMatchObject({
      outputGroupDetails: [
        { type: 'CMAF_GROUP' },
        { type: 'FILE_GROUP', outputDetails: [{ outputFilePaths: [last] }] },
      ],
    });
  });
});
