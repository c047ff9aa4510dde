import { DEFAULT_HABITS, type EventHabits } from '../../../local/cloud/habits.ts';
import { unreliablePublisher } from '../../../local/eventbridge/unreliable-events.ts';

function event(number: number) {
  return { source: 'aws.mediaconvert', 'detail-type': 'MediaConvert Job State Change', detail: { number } };
}

/** Publishes three events with a habit, waits for a number of deliveries, and returns the numbers of the events in order. */
async function deliver(habits: Partial<EventHabits>, random: () => number, count: number): Promise<number[]> {
  const delivered: number[] = [];
  const publish = unreliablePublisher(
    async ({ detail }) => void delivered.push(Object(detail).number),
    { ...DEFAULT_HABITS.encoderEvents, ...habits },
    random,
    new AbortController().signal,
  );
  for (const number of [1, 2, 3]) await publish(event(number));
  while (delivered.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
  return delivered;
}

test('delivers every event once and in order by default', async () => {
  expect(await deliver({}, () => 0, 3)).toEqual([1, 2, 3]);
});

test('loses a share of the events', async () => {
  const draws = [0.9, 0.1, 0.9];
  expect(await deliver({ missingShare: 0.5 }, () => draws.shift() ?? 0.9, 2)).toEqual([1, 3]);
});

test('delivers a share of the events again after later ones', async () => {
  // For each event its delay and whether it is repeated; the delay of the repetition follows.
  const draws = [0, 0, 1, 0, 1, 0, 1];
  expect(await deliver({ lateMs: [0, 500], duplicateShare: 0.5 }, () => draws.shift() ?? 1, 4)).toEqual([1, 2, 3, 1]);
});

test('rejects an event that waits while its sender closes, so that the sender keeps it', async () => {
  const closing = new AbortController();
  const published: unknown[] = [];
  const habits = { lateMs: [60_000, 60_000], duplicateShare: 0, missingShare: 0 } as const;
  const publish = unreliablePublisher(async (each) => void published.push(each), habits, () => 0, closing.signal);
  const waiting = publish(event(1));
  closing.abort();
  await expect(waiting).rejects.toThrow('abort');
  expect(published).toEqual([]);
});
