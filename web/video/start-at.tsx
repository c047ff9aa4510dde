import { useSignal, type Signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useId } from 'preact/hooks';
import { loadPosition } from '../player/playback-position.ts';
import { parseStartTime } from '../player/start-time.ts';
import { formatClock } from '../texts/format.ts';
import { t } from '../texts/texts.ts';

interface StartAtProps {
  readonly videoId: string;
  readonly durationMs: number | null;
  /** Seconds at which shared links start; null for the beginning. Set by this field. */
  readonly startSeconds: Signal<number | null>;
}

/** Returns the position of the player on the page, or else the kept one. */
function findPosition(videoId: string): number {
  return document.querySelector<HTMLVideoElement>('hls-video')?.currentTime ?? loadPosition(videoId) ?? 0;
}

/** Lets links and embeds start at a time, first at that of the player. */
export function StartAt({ videoId, durationMs, startSeconds }: StartAtProps): VNode {
  const on = useSignal(false);
  const text = useSignal('');
  const id = useId();
  const seconds = parseStartTime(text.value);
  const isWrong = on.value && (seconds === null || (durationMs !== null && seconds * 1000 >= durationMs));
  const apply = (): void => {
    const parsed = parseStartTime(text.value);
    const isWithin = parsed !== null && (durationMs === null || parsed * 1000 < durationMs);
    startSeconds.value = on.value && isWithin ? parsed : null;
  };
  const toggle = (checked: boolean): void => {
    on.value = checked;
    if (checked) text.value = formatClock(1000 * Math.floor(findPosition(videoId)));
    apply();
  };
  const change = (typed: string): void => {
    text.value = typed;
    on.value = true;
    apply();
  };
  return (
    <div class="start-at">
      <label class="start-at-choice">
        <input type="checkbox" checked={on.value} onChange={(event) => toggle(event.currentTarget.checked)} />
        {t.share.startAt}
      </label>
      <input
        class="input start-at-time"
        aria-label={t.share.startTime}
        aria-invalid={isWrong}
        aria-describedby={id}
        autocomplete="off"
        placeholder="0:00"
        value={text.value}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <div id={id} class="start-at-error" role="alert">
        {isWrong && <p class="inline-error">{t.share.wrongStart}</p>}
      </div>
    </div>
  );
}
