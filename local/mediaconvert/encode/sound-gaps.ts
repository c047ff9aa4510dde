import type { JobRecord } from '../jobs/job-record.ts';
import type { ListedPacket } from './packet-list.ts';

/** Minimum silence that MediaConvert reports, seconds. */
const MIN_SILENCE_SECONDS = 0.1;
/** Error of a sum of times. */
const ROUNDING_SECONDS = 1e-6;
const SILENCE_ADDED = 240_000;

/** Counts gaps of 100 ms or more between the decoded packets of a sound track, which the encoder fills with silence. */
export async function countGaps(packets: AsyncIterable<ListedPacket>): Promise<number> {
  let end: number | undefined;
  let gaps = 0;
  for await (const { startSeconds, endSeconds } of packets) {
    if (end !== undefined && startSeconds - end >= MIN_SILENCE_SECONDS - ROUNDING_SECONDS) gaps += 1;
    end = endSeconds;
  }
  return gaps;
}

/**
 * Returns MediaConvert's warning for silence that the encoder added.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html, 240000
 */
export function silenceWarnings(gaps: number): JobRecord['warnings'] {
  return gaps === 0 ? [] : [{ code: SILENCE_ADDED, count: gaps }];
}
