import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { TimelineEntry, Video } from '../../lambdas/contracts/api/video.ts';
import { STEPS } from '../../lambdas/contracts/steps.ts';
import { announce } from '../shell/announcements.ts';
import { explain, format, t } from '../texts/texts.ts';
import { getVideoProgress } from './progress.ts';
import { hasFailed } from './status.ts';

const TICK_MS = 1000;

/** Formats the time that a step took, or has taken so far. */
function stepDuration(entry: TimelineEntry, nowMs: number): string | null {
  if (entry.startedAt === null || entry.state === 'waiting' || entry.state === 'skipped') return null;
  const end = entry.endedAt === null ? nowMs : Date.parse(entry.endedAt);
  const seconds = (end - Date.parse(entry.startedAt)) / 1000;
  return seconds < 1 ? `< ${format.span(1)}` : format.span(seconds);
}

function fillPercent({ state, percent }: TimelineEntry): number {
  if (state === 'done') return 100;
  return state === 'running' || state === 'failed' ? (percent ?? 0) : 0;
}

/** Row of the wide layout that holds everything but the outer parallel steps. */
const MAIN_ROW = Math.ceil(STEPS.length / 2);

/** Returns the row of a step in the wide layout, which stacks parallel steps between `encode` and `publish`. */
function rowOf(step: TimelineEntry['step']): number {
  const index = STEPS.findIndex((name) => name === step);
  return index === -1 ? MAIN_ROW : index + 1;
}

function gateClass({ step, state }: TimelineEntry): string {
  const isParallel = STEPS.some((name) => name === step);
  const branch = rowOf(step) === MAIN_ROW ? '' : 'gate-branch';
  return `gate gate-${step} gate-${state} ${isParallel ? `gate-parallel ${branch}` : ''}`;
}

interface GateProps {
  readonly entry: TimelineEntry;
  readonly nowMs: number;
  /** Whether the video is known to advance. */
  readonly advancing: boolean;
  /** Whether the video was rejected or failed. */
  readonly failed: boolean;
  /** Whether nobody is sending its file. */
  readonly interrupted: boolean;
}

function Gate({ entry, nowMs, advancing, failed, interrupted: stopped }: GateProps): VNode {
  const interrupted = stopped && entry.step === 'upload' && entry.state === 'running';
  // The time that has passed since an upload began says nothing once nobody is sending it.
  const length = interrupted ? null : stepDuration(entry, nowMs);
  const percent = entry.state === 'running' && entry.percent !== null ? format.percent(entry.percent) : null;
  const numbers = [percent, length].filter((part) => part !== null).join(' · ');
  // With numbers, color and fill show the state to sighted users. After a failure, waiting steps have no state.
  const isVisual = numbers !== '' && entry.state !== 'failed' && !interrupted;
  const name = interrupted ? 'interrupted' : entry.state;
  const state = name === 'waiting' && failed ? t.unknown : t.timeline.states[name];
  const unknown = advancing && entry.state === 'running' && entry.percent === null;
  return (
    <li class={`${gateClass(entry)} ${interrupted ? 'gate-interrupted' : ''}`} style={{ '--row': rowOf(entry.step), '--main-row': MAIN_ROW }}>
      <div class={`gate-channel ${unknown ? 'gate-indeterminate' : ''}`} aria-hidden="true">
        <div class="gate-water" style={{ '--fill': `${fillPercent(entry)}%` }} />
      </div>
      <p class="gate-name">{t.timeline.steps[entry.step]}</p>
      <p class="gate-state">
        <span class={isVisual ? 'visually-hidden' : ''}>{state}</span>
        {isVisual || numbers === '' ? ' ' : ' · '}
        {numbers}
      </p>
    </li>
  );
}

/** @param percent progress of the upload or the encode, which is newer than that of the timeline */
function entriesOf({ timeline }: Video, percent: number | null): TimelineEntry[] {
  return timeline.map((entry) =>
    ['upload', 'encode'].includes(entry.step) && entry.state === 'running' && percent !== null
      ? { ...entry, percent }
      : entry,
  );
}

/**
 * Hook that estimates the server's time from the last change of the video, since the user's clock may be hours off.
 *
 * @param ticks whether the clock advances
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

/** Steps of a video from upload to playback, drawn as gates of a channel that fills. */
export function Timeline({ video }: { video: Video }): VNode {
  const { percent, advancing, interrupted } = getVideoProgress(video);
  const nowMs = useServerClock(video, advancing);
  // The end of each step is announced once.
  const states = video.timeline.map(({ step, state }) => `${step}:${state}`).join();
  const announced = useSignal(states);
  useEffect(() => {
    const before = new Set(announced.peek().split(','));
    const finished = video.timeline
      .filter(({ state }) => state === 'done' || state === 'failed')
      .filter(({ step, state }) => !before.has(`${step}:${state}`))
      .map(({ step, state }) => t.timeline.stepState(t.timeline.steps[step], t.timeline.states[state]));
    if (finished.length > 0) announce(finished.join(', '));
    announced.value = states;
  }, [states]);
  return (
    <section class="panel" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{t.timeline.title}</h2>
      <ol class="gates">
        {entriesOf(video, percent).map((entry) => (
          <Gate
            key={entry.step}
            entry={entry}
            nowMs={nowMs}
            advancing={advancing}
            failed={hasFailed(video.status)}
            interrupted={interrupted}
          />
        ))}
      </ol>
      {video.failedAttempts.length > 0 && (
        <ol class="attempts">
          {video.failedAttempts.map(({ code, nextAt }, index) => (
            <li key={nextAt}>
              {t.timeline.failedAttempt(index + 1, explain(code, null).what, format.dateTime(nextAt))}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
