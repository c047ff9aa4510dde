import type { ByteSource } from '../byte-source.ts';
import type { FrameTimes } from '../frame-rate/frame-times.ts';
import { readFragmentTimes } from '../isobmff/fragment-times.ts';
import { IsobmffError } from '../isobmff/isobmff-error.ts';
import type { Movie } from '../isobmff/movie.ts';
import { presentationOffset, trackSpan, type TrackSpan } from '../isobmff/track-span.ts';
import { videoTracks } from '../isobmff/video-tracks.ts';
import { readBlockTimes } from '../matroska/block-times.ts';
import { findSegment } from '../matroska/segment.ts';
import { readVideoTrack } from '../matroska/video-track.ts';
import type { Size } from '../display-size.ts';
import { readPesVideo } from '../mpeg-ts/pes-video.ts';
import type { Orientation } from '../orientation.ts';
import type { Rational } from '../rational.ts';
import { trackAt, type TrackPlace } from './choose-video.ts';

/** A container's own description of a video track. */
export interface VideoTiming {
  /** Undefined if the container has no times of single frames. */
  readonly frameTimes?: FrameTimes | undefined;
  /** Frame size, of containers whose frames state it again and again. */
  readonly size?: Size | undefined;
  /** Rate that the container states beside the times. */
  readonly statedRate?: Rational | undefined;
  /** Whether the container says that frames consist of two fields. */
  readonly interlaced?: boolean | undefined;
  /** Whether samples use the full range of code values, if stated. */
  readonly fullRange?: boolean | undefined;
  /** When the track is presented, for containers whose timeline begins at zero. */
  readonly span?: TrackSpan | undefined;
  /** How a player shows the picture, for containers whose index is read here. */
  readonly orientation?: Orientation | undefined;
}

/**
 * Reads the times of a video track's frames. Reads a few ranges, some mebibytes in total, at the start, in the
 * middle and at the end.
 *
 * @param movie index of an ISO base media file, if it could be read
 * @param place position of the track among the video tracks
 */
export async function readVideoTiming(
  container: string,
  source: ByteSource,
  movie: Movie | undefined,
  place: TrackPlace,
): Promise<VideoTiming> {
  switch (container) {
    case 'isobmff':
      return movie === undefined ? {} : movieTiming(source, movie, place);
    case 'matroska':
    case 'webm':
      return matroskaTiming(source, place);
    case 'mpegts':
      return (await readPesVideo(source, place)) ?? {};
    default:
      return {};
  }
}

async function movieTiming(source: ByteSource, movie: Movie, place: TrackPlace): Promise<VideoTiming> {
  const track = trackAt(videoTracks(movie), place);
  if (track === undefined) return {};
  const { interlaced, fullRange } = track.sampleEntry?.video ?? {};
  const stated = { interlaced, fullRange, span: trackSpan(movie, track) };
  if (!movie.fragmented) return { ...stated, frameTimes: track.readFrameTimes() };
  try {
    const frameTimes = await readFragmentTimes(source, movie, track);
    return { ...stated, frameTimes, span: spanOf(frameTimes, presentationOffset(movie, track)) };
  } catch (error) {
    // The encoder plays what precedes a damaged fragment.
    if (error instanceof IsobmffError) return stated;
    throw error;
  }
}

async function matroskaTiming(source: ByteSource, place: TrackPlace): Promise<VideoTiming> {
  const segment = await findSegment(source);
  if (segment === undefined) return {};
  const video = await readVideoTrack(source, segment, place);
  if (video === undefined) return {};
  const { statedRate, interlaced, fullRange, orientation } = video;
  const frameTimes = await readBlockTimes(source, segment, video);
  return { frameTimes, statedRate, interlaced, fullRange, orientation, span: spanOf(frameTimes, 0) };
}

/** Returns when frames are presented. @param offsetSeconds shift by an edit list */
function spanOf({ stretches, ticksPerSecond, complete }: FrameTimes, offsetSeconds: number): TrackSpan | undefined {
  const [first, last] = [stretches[0]?.[0], stretches.at(-1)?.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return {
    startSeconds: offsetSeconds + first / ticksPerSecond,
    endSeconds: complete ? offsetSeconds + last / ticksPerSecond : undefined,
  };
}
