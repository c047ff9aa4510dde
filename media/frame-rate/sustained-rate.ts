import type { FrameStretch } from '../picture/picture.ts';
import { type Rational, valueOf } from '../rational.ts';
import { USUAL_RATES } from './usual-rates.ts';

/** Minimum duration of a rate; a shorter one is a burst that no rendition should follow. */
const MIN_SECONDS = 1;
/** Share by which a rate may differ from a usual one: a second is measured in milliseconds. */
const MAX_ERROR = 0.005;
/** Maximum step back between reordered frames, seconds; after a longer one, times overlap and tell no rate. */
const MAX_REORDERING = 0.5;

/** Returns the highest usual rate that frames keep for at least a second; undefined if there is none. Plan. */
export function findSustainedRate(stretches: readonly FrameStretch[]): Rational | undefined {
  const highest = Math.max(0, ...stretches.map(highestRate));
  const error = (rate: Rational): number => Math.abs(valueOf(rate) / highest - 1);
  return USUAL_RATES.filter((rate) => error(rate) <= MAX_ERROR).toSorted((a, b) => error(a) - error(b))[0];
}

function highestRate(stretch: FrameStretch): number {
  const decoded = stretch.map(({ seconds }) => seconds);
  if (decoded.some((seconds, index) => seconds < (decoded[index - 1] ?? seconds) - MAX_REORDERING)) return 0;
  const times = [...new Set(decoded)].toSorted((a, b) => a - b);
  let [first, highest] = [0, 0];
  for (const [last, seconds] of times.entries()) {
    // The shortest run of frames that lasts a second and ends here.
    while (seconds - (times[first + 1] ?? seconds) >= MIN_SECONDS - MAX_ERROR) first += 1;
    const elapsed = seconds - (times[first] ?? seconds);
    if (elapsed >= MIN_SECONDS - MAX_ERROR) highest = Math.max(highest, (last - first) / elapsed);
  }
  return highest;
}
