import type { Playback } from '../../lambdas/contracts/playback.ts';
import { type Orientation, UPRIGHT } from '../../media/orientation.ts';

/** What the player loads. */
export interface Stream {
  readonly hlsUrl: string;
  /** How to turn the picture. */
  readonly orientation: Orientation;
}

/**
 * Chooses the uploaded file itself where only this player can show it, if the browser decodes it, and the permanent address
 * otherwise.
 *
 * @returns undefined if the browser plays nothing of the video yet
 */
export function chooseStream({ hlsUrl, plays, page }: Playback, isSupported = isTypeSupported): Stream | undefined {
  if (page !== null && page.mediaTypes.every((type) => isSupported(type))) return { hlsUrl: page.hlsUrl, orientation: page.orientation };
  return plays === 'page' ? undefined : { hlsUrl, orientation: UPRIGHT };
}

/** Returns whether hls.js can play a media type in this browser: https://www.w3.org/TR/media-source-2/#dom-mediasource-istypesupported */
function isTypeSupported(type: string): boolean {
  return globalThis.MediaSource?.isTypeSupported(type) ?? false;
}
