import type { ByteSource } from '../byte-source.ts';
import { trackAt, type TrackPlace } from '../containers/choose-video.ts';
import type { Orientation } from '../orientation.ts';
import { approximate, type Rational } from '../rational.ts';
import type { Segment } from './segment.ts';
import { readSegmentHead } from './tracks.ts';

/** Description of a video track before the first frame. */
export interface MatroskaVideo {
  readonly number: number;
  /** Frames per second by the default duration of a frame; undefined if not stated. */
  readonly statedRate: Rational | undefined;
  /** Whether the file states that frames consist of two fields. */
  readonly interlaced: boolean;
  /** Whether samples use the full range of code values; undefined if not stated. */
  readonly fullRange: boolean | undefined;
  /** How a player shows the picture; undefined if not stated. */
  readonly orientation: Orientation | undefined;
  /** Timestamps per second. */
  readonly ticksPerSecond: number;
  /** Offset of the first cluster. */
  readonly firstCluster: number;
}

/**
 * Reads the description of a video track. Returns undefined if clusters precede it, or there is none.
 *
 * @param place position of the track among the video tracks
 */
export async function readVideoTrack(
  source: ByteSource,
  segment: Segment,
  place: TrackPlace,
): Promise<MatroskaVideo | undefined> {
  const head = await readSegmentHead(source, segment);
  const track = head && trackAt(head.tracks.filter(({ kind }) => kind === 'video'), place);
  if (head === undefined || track === undefined) return undefined;
  const { number, frameNanoseconds, interlaced, fullRange, orientation } = track;
  const isPlausible = frameNanoseconds >= 1e6 && frameNanoseconds <= 1e11;
  return {
    number,
    statedRate: isPlausible ? approximate(1e9 / frameNanoseconds) : undefined,
    interlaced,
    fullRange,
    orientation,
    ticksPerSecond: head.ticksPerSecond,
    firstCluster: head.firstCluster,
  };
}
