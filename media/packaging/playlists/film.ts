import { targetDuration } from '../../bitrate.ts';
import { type IndexedTrack, leadingTrack, type SourceIndex, type StoredPlan } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import { playedSound } from '../qualification/sound-choice.ts';
import { segmentTimes } from '../segments/segment-samples.ts';
import { type Clip, snapClip, type SegmentSpan } from './clip.ts';
import { planMeasures, readSegmentMeasures } from './segment-measures.ts';

/** Options that all playlists of a film share. */
export interface PlaylistOptions {
  /** @default the plan that the index has */
  readonly plan?: StoredPlan | undefined;
  /** Number of the first segment in addresses. @default 0 */
  readonly firstNumber?: number | undefined;
  /**
   * Positions of the sound tracks to list, the one to play by default first. May include tracks that browsers do not play, for
   * players that do. @default the sound tracks of the film's `Qualification`, in the order of the file
   */
  readonly sound?: readonly number[] | undefined;
  /** Pieces to list; they grow to whole segments. @default the whole film */
  readonly clip?: Clip | undefined;
}

/** When the segments of a track start, ticks of the track. */
export interface TrackTimes {
  readonly starts: Float64Array;
  /** End of the track. */
  readonly end: number;
  /** Number of segments up to the last one that has samples. */
  readonly count: number;
}

/** Properties that all playlists of a film share. */
export interface Film {
  readonly index: SourceIndex;
  readonly plan: StoredPlan;
  readonly measures: DataView;
  readonly lead: IndexedTrack;
  readonly spans: readonly SegmentSpan[];
  readonly firstNumber: number;
  /** Target duration of all playlists of the film, whether clipped or not: RFC 8216, 6.2.4. Whole seconds. */
  readonly targetSeconds: number;
  /** Times by position of the track. */
  readonly times: readonly TrackTimes[];
}

/** A film, and the sound tracks that its multivariant playlist or manifest lists. */
export interface ListedFilm extends Film {
  /** Positions of sound tracks. */
  readonly sound: readonly number[];
}

/**
 * Computes the shared properties of a film's playlists, and selects the sound tracks to list.
 *
 * @throws PackagingError `bad_clip`, `no_tracks`; `unplayable_sound` if browsers play none and the caller names none
 */
export function openListedFilm(index: SourceIndex, options: PlaylistOptions): ListedFilm {
  const { sound = playedSound(index) } = options;
  if (sound.some((position) => index.tracks[position]?.kind !== 'audio'))
    throw new PackagingError('no_tracks', `The index has no sound tracks ${sound.join(', ')}.`);
  return { ...openFilm(index, options), sound };
}

/**
 * Computes the shared properties of a film's playlists. Takes a step for each segment of each track.
 *
 * @throws PackagingError `bad_clip`, `no_tracks`
 */
export function openFilm(index: SourceIndex, options: PlaylistOptions): Film {
  const { plan = index.plan, firstNumber = 0, clip = [] } = options;
  const lead = leadingTrack(index);
  if (lead === undefined || plan.segments === 0) throw new PackagingError('no_tracks', 'The index has no segments.');
  const measures = planMeasures(index, plan);
  const times = index.tracks.map((track, position) => readTimes({ index, plan, measures, lead }, track, position));
  const spans = snapClip(index, plan, clip);
  const targetSeconds = targetSecondsOf({ index, plan, times });
  return { index, plan, measures, lead, spans, firstNumber, targetSeconds, times };
}

/** Reads the start times of a track's segments. A segment without samples starts at its cut. */
function readTimes(
  { index, plan, measures, lead }: Pick<Film, 'index' | 'plan' | 'measures' | 'lead'>,
  track: IndexedTrack,
  position: number,
): TrackTimes {
  const starts = new Float64Array(plan.segments);
  let count = 0;
  for (let segment = 0; segment < plan.segments; segment += 1) {
    const { startTime } = readSegmentMeasures(measures, plan, position, segment);
    if (Number.isNaN(startTime)) {
      const cut = segment === 0 ? 0 : segmentTimes(index, plan, segment).startSeconds;
      starts[segment] = track === lead ? cut * lead.timescale : Math.ceil(cut * track.timescale);
    } else {
      starts[segment] = startTime;
      count = segment + 1;
    }
  }
  return { starts, end: track.endTime, count };
}

function targetSecondsOf({ index, plan, times }: Pick<Film, 'index' | 'plan' | 'times'>): number {
  let longest = 0;
  for (let segment = 0; segment < plan.segments; segment += 1) {
    const { startSeconds, endSeconds } = segmentTimes(index, plan, segment);
    longest = Math.max(longest, endSeconds - startSeconds);
  }
  for (const [position, own] of times.entries()) {
    const timescale = index.tracks[position]?.timescale ?? 1;
    for (let segment = 0; segment < own.count; segment += 1)
      longest = Math.max(longest, (endOf(own, segment) - (own.starts[segment] ?? 0)) / timescale);
  }
  // The last segment of several tracks together starts with the first of them and ends with the last one.
  const last = plan.segments - 1;
  const startOf = ({ starts }: TrackTimes, position: number): number => (starts[last] ?? 0) / (index.tracks[position]?.timescale ?? 1);
  const firstStart = Math.min(...times.map(startOf));
  longest = Math.max(longest, segmentTimes(index, plan, last).endSeconds - firstStart);
  return targetDuration([{ durationSeconds: longest }], 'up');
}

/** Returns where a segment of a track ends, ticks: where the next one starts. */
export function endOf({ starts, end, count }: TrackTimes, segment: number): number {
  const next = segment + 1 < count || segment >= count ? (starts[segment + 1] ?? end) : end;
  return Math.max(next, starts[segment] ?? 0);
}
