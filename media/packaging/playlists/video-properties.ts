import { displaySizeOf, type Size } from '../../display-size.ts';
import { USUAL_RATES } from '../../frame-rate/usual-rates.ts';
import { approximate, type Rational, valueOf } from '../../rational.ts';
import type { IndexedTrack } from '../index/source-index.ts';

/**
 * Returns the size at which a player shows the picture, whole pixels: in square pixels, as RFC 8216, 4.3.4.2, wants "the optimal
 * pixel resolution at which to display" the video, but as the picture is stored, not rotated. Neither an init segment nor a
 * transport stream states the rotation, and the project's page turns the picture after the player.
 */
export function displayResolution({ video }: IndexedTrack): Size | undefined {
  if (video === undefined) return undefined;
  const { width, height } = displaySizeOf({ ...video, rotation: 0 });
  return { width: Math.round(width), height: Math.round(height) };
}

/** Share by which a rate may differ from a usual one: timestamps are rounded, to milliseconds in some files. */
const MAX_PEAK_ERROR = 0.005;
const MAX_MEAN_ERROR = 5e-4;

/** Returns the maximum frame rate: RFC 8216, 4.3.4.2. */
export function peakFrameRate({ video }: IndexedTrack): Rational | undefined {
  return video === undefined ? undefined : nearRate(video.peakFrameRate, MAX_PEAK_ERROR);
}

/** Returns the mean frame rate: what ISO/IEC 23009-1:2022, 5.3.7.2, wants of a varying one. */
export function meanFrameRate({ video, samples, timescale, startTime, endTime }: IndexedTrack): Rational | undefined {
  if (video === undefined || endTime <= startTime) return undefined;
  return nearRate((samples * timescale) / (endTime - startTime), MAX_MEAN_ERROR);
}

function nearRate(fps: number, maxError: number): Rational | undefined {
  if (!(fps > 0 && Number.isFinite(fps))) return undefined;
  const error = (rate: Rational): number => Math.abs(valueOf(rate) / fps - 1);
  const [usual] = USUAL_RATES.filter((rate) => error(rate) <= maxError).toSorted((a, b) => error(a) - error(b));
  return usual ?? approximate(fps, 1e-5);
}

/** Transfer characteristics by ITU-T H.273, 8.2: PQ, HLG, and those that draft-pantos-hls-rfc8216bis, 4.4.6.2, calls SDR. */
const [PQ, HLG] = [16, 18];
const SDR: ReadonlySet<number> = new Set([1, 4, 5, 6, 7, 13, 14, 15]);

/** Returns the dynamic range of a video; undefined if the file does not state it. */
export function videoRange({ video }: IndexedTrack): 'SDR' | 'HLG' | 'PQ' | undefined {
  const transfer = video?.codePoints?.transfer;
  if (transfer === PQ) return 'PQ';
  if (transfer === HLG) return 'HLG';
  return transfer !== undefined && SDR.has(transfer) ? 'SDR' : undefined;
}
