import type { Track } from '@aws-sdk/client-mediaconvert';
import type { SourceVideoFacts } from '../../catalog/schema/source-facts.ts';
import type { MovieTrack } from '../../media/isobmff/movie.ts';
import { type Orientation, rotationNear, UPRIGHT } from '../../media/orientation.ts';

/** Sources of a video track's orientation. */
export interface OrientedTrack {
  /** The track and its container, as Probe describes them. */
  readonly track: Track;
  readonly format: string | undefined;
  /** The track in the index of an ISO base media file, if it could be read. */
  readonly inIndex: MovieTrack | undefined;
  /** Orientation stated by another container. */
  readonly stated: Orientation | undefined;
  /** Whether it is the file's only video track. */
  readonly isOnly: boolean;
  readonly interlaced: boolean;
}

type OrientationFacts = Pick<SourceVideoFacts, 'rotation' | 'mirrored' | 'automaticRotation'>;

/**
 * Returns how a player shows a video: by its container or, if that states nothing, by the stream. Plan: Probe reports neither
 * mirroring nor matrices other than its rotations.
 */
export function orientationFacts(video: OrientedTrack): OrientationFacts {
  const { rotation, mirrored } = orientationOf(video);
  return {
    rotation,
    ...(mirrored ? { mirrored } : {}),
    ...(rotation !== 0 && !mirrored && mayRotateAutomatically(video) ? { automaticRotation: true } : {}),
  };
}

function orientationOf({ track, inIndex, stated }: OrientedTrack): Orientation {
  const { Rotation: inContainer = 0, CodecMetadata: stream } = track.VideoProperties ?? {};
  const container = inIndex === undefined ? (stated ?? rotated(inContainer)) : (inIndex.orientation ?? UPRIGHT);
  const isUpright = container.rotation === 0 && !container.mirrored;
  return isUpright ? rotated(stream?.Rotation ?? 0) : container;
}

function rotated(degrees: number): Orientation {
  return { rotation: rotationNear(degrees) ?? 0, mirrored: false };
}

/** Formats whose rotation the encoder can apply on its own. */
const AUTOMATIC_FORMATS: ReadonlySet<string | undefined> = new Set(['mp4', 'quicktime']);
const AUTOMATIC_CHROMA: ReadonlySet<string | undefined> = new Set(['4:2:0', '4:2:2']);

/**
 * Returns whether the encoder is documented to rotate a video by its file's metadata, which must be in the track header.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/auto-rotate-requirements.html
 */
function mayRotateAutomatically({ track, format, inIndex, isOnly, interlaced }: OrientedTrack): boolean {
  const chroma = track.VideoProperties?.CodecMetadata?.ChromaSubsampling;
  const own = inIndex?.ownOrientation;
  const isInTrack = own !== undefined && !own.mirrored && own.rotation === inIndex?.orientation?.rotation;
  return isInTrack && isOnly && !interlaced && AUTOMATIC_FORMATS.has(format) && AUTOMATIC_CHROMA.has(chroma);
}
