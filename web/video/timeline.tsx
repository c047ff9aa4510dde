import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { TimelineEntry, Video } from '../../lambdas/contracts/api/video.ts';
import { announce } from '../shell/announcer.tsx';
import { format, t } from '../texts/texts.ts';
import { uploadOf } from '../uploads/uploads.ts';
import { isMoving } from './status-badge.tsx';

const TICK_MS = 1000;

/** How long a step took, or takes already. */
const lengthOf = (entry: TimelineEntry, nowMs: number): string | null => {
  if (entry.startedAt === null || entry.state === 'waiting' || entry.state === 'skipped') return null;
  const end = entry.endedAt === null ? nowMs : Date.parse(entry.endedAt);
  const seconds = (end - Date.parse(entry.startedAt)) / 1000;
  return seconds < 1 ? `< ${format.span(1)}` : format.span(seconds);
};

const fillOf = ({ state, percent }: TimelineEntry): number => {
  if (state === 'done') return 100;
  return state === 'running' || state === 'failed' ? (percent ?? 0) : 0;
};

const Gate = ({ entry, nowMs, ended }: { entry: TimelineEntry; nowMs: number; ended: boolean }): VNode => {
  const length = lengthOf(entry, nowMs);
  const percent = entry.state === 'running' && entry.percent !== null ? format.percent(entry.percent) : null;
  const numbers = [percent, length].filter((part) => part !== null).join(' · ');
  // Colour and length say it to those who see them. What will not be done any more waits for nothing.
  const saysItself = numbers !== '' && entry.state !== 'failed';
  const state = entry.state === 'waiting' && ended ? t.unknown : t.timeline.states[entry.state];
  const unknown = entry.state === 'running' && entry.percent === null;
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
};

/** What this page itself sends it knows better than the catalog does. */
const entriesOf = (video: Video): TimelineEntry[] => {
  const upload = video.status === 'uploading' ? uploadOf(video.id) : undefined;
  return video.timeline.map((entry) =>
    entry.step === 'upload' && entry.state === 'running' && upload?.active.value === true
      ? { ...entry, percent: 100 * upload.fraction.value }
      : entry,
  );
};

/** The way through the gates, as it fills. */
export const Timeline = ({ video }: { video: Video }): VNode => {
  const now = useSignal(Date.now());
  const moving = isMoving(video.status);
  const ended = video.status === 'rejected' || video.status === 'failed';
  useEffect(() => {
    if (!moving) return undefined;
    const timer = setInterval(() => (now.value = Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [moving, now]);
  // Each step's end is said once, as it comes.
  const states = video.timeline.map(({ step, state }) => `${step}:${state}`).join();
  const spoken = useSignal(states);
  useEffect(() => {
    const before = new Set(spoken.peek().split(','));
    const news = video.timeline
      .filter(({ state }) => state === 'done' || state === 'failed')
      .filter(({ step, state }) => !before.has(`${step}:${state}`))
      .map(({ step, state }) => t.timeline.reached(t.timeline.steps[step], t.timeline.states[state]));
    if (news.length > 0) announce(news.join(', '));
    spoken.value = states;
  }, [states]);
  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{t.timeline.title}</h2>
      <ol class="gates">
        {entriesOf(video).map((entry) => (
          <Gate key={entry.step} entry={entry} nowMs={now.value} ended={ended} />
        ))}
      </ol>
    </section>
  );
};
