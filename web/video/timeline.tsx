import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { TimelineEntry, Video } from '../../lambdas/contracts/api/video.ts';
import { announce } from '../shell/announcements.ts';
import { format, t } from '../texts/texts.ts';
import { videoProgress } from './progress.ts';
import { hasFailed } from './status.ts';

const TICK_MS = 1000;

/** How long a step took, or takes already. */
function stepDuration(entry: TimelineEntry, nowMs: number): string | null {
  if (entry.startedAt === null || entry.state === 'waiting' || entry.state === 'skipped') return null;
  const end = entry.endedAt === null ? nowMs : Date.parse(entry.endedAt);
  const seconds = (end - Date.parse(entry.startedAt)) / 1000;
  return seconds < 1 ? `< ${format.span(1)}` : format.span(seconds);
}

function fillOf({ state, percent }: TimelineEntry): number {
  if (state === 'done') return 100;
  return state === 'running' || state === 'failed' ? (percent ?? 0) : 0;
}

interface GateProps {
  readonly entry: TimelineEntry;
  readonly nowMs: number;
  /** Whether the video goes on, as far as is known here. */
  readonly goesOn: boolean;
  /** Whether it came to an end without anything to watch. */
  readonly ended: boolean;
}

function Gate({ entry, nowMs, goesOn, ended }: GateProps): VNode {
  const length = stepDuration(entry, nowMs);
  const percent = entry.state === 'running' && entry.percent !== null ? format.percent(entry.percent) : null;
  const numbers = [percent, length].filter((part) => part !== null).join(' · ');
  // Colour and length say it to those who see them. What will not be done any more waits for nothing.
  const saysItself = numbers !== '' && entry.state !== 'failed';
  const state = entry.state === 'waiting' && ended ? t.unknown : t.timeline.states[entry.state];
  const unknown = goesOn && entry.state === 'running' && entry.percent === null;
  return (
    <li class={`gate gate-${entry.step} gate-${entry.state}`}>
      <div class={`gate-channel ${unknown ? 'gate-unknown' : ''}`} aria-hidden="true">
        <div class="gate-water" style={{ '--fill': `${fillOf(entry)}%` }} />
      </div>
      <p class="gate-name">{t.timeline.steps[entry.step]}</p>
      <p class="gate-state">
        <span class={saysItself ? 'visually-hidden' : ''}>{state}</span>
        {saysItself || numbers === '' ? ' ' : ' · '}
        {numbers}
      </p>
    </li>
  );
}

/** @param percent of the upload, where it is known here */
function entriesOf({ timeline }: Video, percent: number | null): TimelineEntry[] {
  return timeline.map((entry) =>
    entry.step === 'upload' && entry.state === 'running' && percent !== null ? { ...entry, percent } : entry,
  );
}

/**
 * What the server's clock shows, from when it last changed the video: the person's own may be hours away from it.
 *
 * @param ticks whether it goes on
 */
function useServerClock({ changedAt }: Video, ticks: boolean): number {
  const receivedMs = useMemo(() => performance.now(), [changedAt]);
  const nowMs = useSignal(receivedMs);
  useEffect(() => {
    if (!ticks) return undefined;
    const timer = setInterval(() => (nowMs.value = performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [ticks, nowMs]);
  return Date.parse(changedAt) + Math.max(0, nowMs.value - receivedMs);
}

/** The way through the gates, as it fills. */
export function Timeline({ video }: { video: Video }): VNode {
  const { percent, advancing: goesOn } = videoProgress(video);
  const nowMs = useServerClock(video, goesOn);
  // Each step's end is said once, as it comes.
  const states = video.timeline.map(({ step, state }) => `${step}:${state}`).join();
  const spoken = useSignal(states);
  useEffect(() => {
    const before = new Set(spoken.peek().split(','));
    const news = video.timeline
      .filter(({ state }) => state === 'done' || state === 'failed')
      .filter(({ step, state }) => !before.has(`${step}:${state}`))
      .map(({ step, state }) => t.timeline.stepState(t.timeline.steps[step], t.timeline.states[state]));
    if (news.length > 0) announce(news.join(', '));
    spoken.value = states;
  }, [states]);
  return (
    <section class="panel" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{t.timeline.title}</h2>
      <ol class="gates">
        {entriesOf(video, percent).map((entry) => (
          <Gate key={entry.step} entry={entry} nowMs={nowMs} goesOn={goesOn} ended={hasFailed(video.status)} />
        ))}
      </ol>
    </section>
  );
}
