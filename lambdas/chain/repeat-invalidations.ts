import type { InvalidationRepeat } from '../contracts/withdrawal-message.ts';
import type { Invalidate } from '../runtime/invalidate-paths.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

/**
 * Seconds after which all paths are invalidated again: longer than the 30 that a request to the API can take, and than the
 * packager uses an index that it holds, and short enough that visitors lose a video within a minute.
 */
const REPEAT_SECONDS = 45;

/** Seconds after which media is invalidated once more, the maximum delay of SQS: a large file takes minutes to fetch. */
const REPEAT_MEDIA_SECONDS = 900;

/**
 * Returns a function that invalidates paths, and again after a while, media a third time. A response that the edge requested
 * before a change may reach it, or one cache from another, after the invalidation that follows the change. AWS says only that each
 * edge location starts to process an invalidation within seconds, not that it discards such a response, which would then stay for
 * its whole lifetime. A segment may also be packaged after the change, as long as the packager holds the index without another look.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation_Requests.html
 *
 * The repetition is requested last: it must not come before an invalidation that was refused and is retried.
 */
export function repeatingInvalidator(invalidateOnce: Invalidate, sendRepeat: SendToQueue<InvalidationRepeat>): Invalidate {
  return async (paths, reference) => {
    await invalidateOnce(paths, reference);
    const items = [paths].flat();
    const repeat = (name: string, delaySeconds: number) =>
      sendRepeat({ type: 'invalidation-repeat', paths: items, reference: `${reference}-${name}` }, delaySeconds);
    await repeat('repeat', REPEAT_SECONDS);
    if (items.some((path) => path.endsWith('*'))) await repeat('last-repeat', REPEAT_MEDIA_SECONDS);
  };
}
