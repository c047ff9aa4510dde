import { setTimeout as delay } from 'node:timers/promises';
import type { EventHabits } from '../cloud/habits.ts';
import type { EventInput } from './event.ts';

type Publish = (event: EventInput) => Promise<void>;

/**
 * Returns a publisher that delivers events late, some of them again after later ones, and some never. Services send their
 * events at least once, and EventBridge gives one up that its target has not accepted for a day.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/event-delivery-level.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 *
 * @param signal ends the wait for a late event, which is then rejected, so that its sender keeps it
 */
export function unreliablePublisher(
  publish: Publish,
  { lateMs, duplicateShare, missingShare }: EventHabits,
  random: () => number,
  signal: AbortSignal,
): Publish {
  const waitLate = async (): Promise<void> => {
    const [least, most] = lateMs;
    if (most > 0) await delay(least + random() * (most - least), undefined, { signal });
  };
  return async (event) => {
    await waitLate();
    if (missingShare > 0 && random() < missingShare) return;
    await publish(event);
    if (duplicateShare === 0 || random() >= duplicateShare) return;
    // In the background, so that later events overtake it.
    waitLate()
      .then(() => publish(event))
      .catch(() => undefined);
  };
}
