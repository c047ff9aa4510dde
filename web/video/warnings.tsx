import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { AlertIcon } from '../icons/icons.tsx';
import { announce } from '../shell/announcements.ts';
import { format, language, t } from '../texts/texts.ts';
import { describeWarnings } from './describe-warnings.ts';

interface WarningListProps {
  readonly video: Video;
  /** Whether to say what the owner can do. */
  readonly advice: boolean;
}

function WarningList({ video, advice }: WarningListProps): VNode {
  return (
    <ul class="warning-list">
      {describeWarnings(video.warnings, { language, texts: t.warnings, format }).map(({ code, what, next, places }) => (
        <li key={code}>
          <p>
            <strong>{what}</strong> {advice && next}
          </p>
          {places.length > 0 && (
            <ul class="warning-places">
              {places.map((place) => (
                <li key={place}>{place}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Tells the owner and admins what viewers miss and what they can do. Announces warnings that arrive later. */
export function WarningPanel({ video }: { video: Video }): VNode | null {
  const count = video.warnings.length;
  const announced = useSignal(count);
  useEffect(() => {
    if (video.editable && count > announced.peek()) announce(`${t.warnings.title}: ${t.warnings.count(count)}`);
    announced.value = count;
  }, [count]);
  if (!video.editable || count === 0) return null;
  return (
    <section class="notice warnings" aria-labelledby="warnings-title">
      <AlertIcon />
      <div>
        <h2 id="warnings-title">{t.warnings.title}</h2>
        <WarningList video={video} advice />
      </div>
    </section>
  );
}

/** Tells viewers who cannot edit the video what they miss. */
export function WarningFacts({ video }: { video: Video }): VNode | null {
  if (video.editable || video.warnings.length === 0) return null;
  return (
    <>
      <h3>{t.warnings.title}</h3>
      <WarningList video={video} advice={false} />
    </>
  );
}

/** Warning icon on a card, for the owner and admins. */
export function WarningSign({ count }: { count: number }): VNode {
  const text = t.warnings.count(count);
  return (
    <span class="warning-sign" title={text}>
      <AlertIcon />
      <span class="visually-hidden">{text}</span>
    </span>
  );
}
