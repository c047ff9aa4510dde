import type { Segment } from '../segments.ts';

type Sized = Pick<Segment, 'size' | 'durationSeconds'>;

/**
 * The peak segment bit rate, bits a second, rounded up: the largest of any run of segments that lasts between half and
 * one and a half times the target duration (RFC 8216, 4.1). A costly stub at the end counts with what precedes it. What
 * is shorter than half the target duration as a whole counts as a whole.
 */
export function peakSegmentBitrate(segments: readonly Sized[], targetSeconds: number): number {
  let peak = 0;
  let [wholeBytes, wholeSeconds] = [0, 0];
  for (const [first, segment] of segments.entries()) {
    wholeBytes += segment.size;
    wholeSeconds += segment.durationSeconds;
    let [bytes, seconds] = [0, 0];
    for (let next = first; next < segments.length; next += 1) {
      bytes += segments[next]?.size ?? 0;
      seconds += segments[next]?.durationSeconds ?? 0;
      if (seconds > 1.5 * targetSeconds) break;
      if (seconds >= 0.5 * targetSeconds) peak = Math.max(peak, (8 * bytes) / seconds);
    }
  }
  if (peak === 0 && wholeSeconds > 0) peak = (8 * wholeBytes) / wholeSeconds;
  return Math.ceil(peak);
}
