import type { SourceFacts, SourceVideoFacts } from '../../catalog/schema/source-facts.ts';
import { type Ladder, planLadder } from '../../media/ladder/plan-ladder.ts';
import type { ShownPart } from '../../media/stills/shown-part.ts';
import { UploadRejectedError } from '../chain/errors.ts';
import { selectSound } from './select-sound.ts';

/** Bit rate assumed when a file does not state its duration: slightly above that of small cameras. */
const GUESSED_BITRATE_BPS = 2_000_000;

/**
 * Plans the ladder of a source.
 *
 * @param undecodable numbers of sound tracks that the encoder could not decode at earlier attempts
 * @throws UploadRejectedError `unsupported_size`
 */
export function planEncode(
  facts: SourceFacts,
  sizeBytes: number,
  maxShortSide: number,
  undecodable: ReadonlySet<number> = new Set(),
): Ladder {
  const { video, audio } = facts;
  const durationSeconds = expectedDurationMs(facts, sizeBytes) / 1000;
  const { tracks: audioTracks } = selectSound(audio, undecodable);
  try {
    return planLadder({ ...video, durationSeconds, shown: shownPart(video, durationSeconds), audioTracks }, { maxShortSide });
  } catch (error) {
    if (error instanceof RangeError) throw new UploadRejectedError('unsupported_size', error);
    throw error;
  }
}

/** Returns the duration of a source, guessed from its size if the file does not state it. */
export function expectedDurationMs({ durationMs }: SourceFacts, sizeBytes: number): number {
  return durationMs ?? ((sizeBytes * 8) / GUESSED_BITRATE_BPS) * 1000;
}

/** Returns the span of the picture within the video. */
function shownPart({ startMs = 0, endMs = Infinity }: SourceVideoFacts, durationSeconds: number): ShownPart {
  const endSeconds = Math.min(endMs / 1000, durationSeconds);
  return { startSeconds: Math.min(startMs / 1000, endSeconds), endSeconds };
}
