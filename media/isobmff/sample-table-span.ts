import type { MeasuredSpan } from '../containers/measured-span.ts';
import type { Movie, MovieTrack } from './movie.ts';
import type { SampleSpan } from './sample-span.ts';

/**
 * Returns when a track plays, by its sample tables and edit list: ISO/IEC 14496-12:2022, 8.6.1 and 8.6.6. Decoders differ in
 * whether they follow edits, pause for a sample of more than ten seconds, and show the last sample for its full duration.
 *
 * @returns undefined for a track whose samples are in fragments
 */
export function spanOfTrack(track: MovieTrack, movie: Pick<Movie, 'timescale'>): MeasuredSpan | undefined {
  const { samples: count, span, timescale } = track;
  if (count === 0 || span === undefined) return undefined;
  const [end, last, long] = [span.endTicks / timescale, span.lastTicks / timescale, span.longTicks / timescale];
  const { startSeconds, playedSeconds, endSeconds } = applyEdits(track, span, movie);
  return {
    startSeconds,
    endSeconds,
    minSeconds: Math.max(0, Math.min(last, playedSeconds - (end - last)) - long),
    maxSeconds: Math.max(endSeconds, startSeconds + end),
  };
}

interface Edited {
  /** Time before the first sample. */
  readonly startSeconds: number;
  /** Duration without pauses. */
  readonly playedSeconds: number;
  readonly endSeconds: number;
}

function applyEdits({ edits, timescale }: MovieTrack, span: SampleSpan, movie: Pick<Movie, 'timescale'>): Edited {
  const [firstSeconds, mediaSeconds] = [span.firstTicks / timescale, span.endTicks / timescale];
  if (!edits.some(({ mediaTime }) => mediaTime >= 0)) return { startSeconds: 0, playedSeconds: mediaSeconds, endSeconds: mediaSeconds };
  let [start, played, end] = [0, 0, 0];
  for (const { segmentDuration, mediaTime } of edits) {
    const seconds = segmentDuration / movie.timescale;
    if (mediaTime < 0) {
      end += seconds;
      if (played === 0) start += seconds;
      continue;
    }
    const left = Math.max(0, mediaSeconds - Math.max(0, mediaTime / timescale - firstSeconds));
    // A duration of 0 means "to the end".
    const kept = seconds > 0 ? Math.min(seconds, left) : left;
    played += kept;
    end += kept;
  }
  return { startSeconds: start, playedSeconds: played, endSeconds: end };
}
