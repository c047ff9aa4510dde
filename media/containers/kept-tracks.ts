import type { TrackPlace } from './choose-video.ts';

/** Tracks of a file that are encoded. */
export interface KeptTracks {
  readonly video: TrackPlace;
  readonly sound: readonly KeptSound[];
}

export interface KeptSound extends TrackPlace {
  /** Whether its renditions may be shorter. @default false */
  readonly mayBeCut?: boolean;
}
