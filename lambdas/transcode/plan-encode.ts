import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import { type Ladder, planLadder } from '../../media/ladder/plan-ladder.ts';
import { UploadRejectedError } from '../chain/errors.ts';

/** Bit rate assumed when a file does not state its duration: slightly above that of small cameras. */
const GUESSED_BITRATE_BPS = 2_000_000;

/** Plans the ladder of a source. @throws UploadRejectedError `unsupported_size` */
export function planEncode(facts: SourceFacts, sizeBytes: number, maxShortSide: number): Ladder {
  const { video, audio } = facts;
  const durationSeconds = (facts.durationMs ?? ((sizeBytes * 8) / GUESSED_BITRATE_BPS) * 1000) / 1000;
  const audioTracks = audio.map(({ channels, language }) => ({
    channels,
    ...(language === undefined ? {} : { language }),
  }));
  try {
    return planLadder({ ...video, durationSeconds, audioTracks }, { maxShortSide });
  } catch (error) {
    if (error instanceof RangeError) throw new UploadRejectedError('unsupported_size', error);
    throw error;
  }
}
