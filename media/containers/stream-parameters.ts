import type { FrameStretch } from '../picture/picture.ts';
import type { SoundFormat } from '../sound/sound-format.ts';

/** Parameters that a file's tracks restate after its beginning. */
export interface StreamParameters {
  /** Frames of the first video track. */
  readonly stretches: readonly FrameStretch[];
  /** Formats of each audio track, in file order; empty for a track whose frames state none. */
  readonly sound: readonly (readonly SoundFormat[])[];
}
