import { displayArea, type FrameStretch, isSamePicture, type Picture, pictureKey } from './picture.ts';
import { findRuns, isLasting } from './runs.ts';

export interface LastingPicture {
  readonly picture: Picture;
  /** Whether the picture changes within the track. */
  readonly changes: boolean;
}

/**
 * Returns the largest picture, as shown, that lasts at least a second at a time; among equally large ones, the one that lasts
 * longest in total. Plan: holds on AWS and on the laptop.
 *
 * @param stretches parts of a track, with gaps between them that were not read
 * @returns undefined if no frame states its picture
 */
export function findLastingPicture(stretches: readonly FrameStretch[]): LastingPicture | undefined {
  const runs = findRuns(stretches, isSamePicture);
  // By picture, since every frame may state another one.
  const pictures = Map.groupBy(runs, ({ picture }) => pictureKey(picture));
  const candidates = [...pictures.values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [{
      picture: first.picture,
      lasts: own.some(isLasting),
      seconds: own.reduce((sum, run) => sum + run.seconds, 0),
    }];
  });
  const lasting = candidates.filter(({ lasts }) => lasts);
  const [best] =
    lasting.length === 0
      ? candidates.toSorted((a, b) => b.seconds - a.seconds)
      : lasting.toSorted((a, b) => displayArea(b.picture) - displayArea(a.picture) || b.seconds - a.seconds);
  return best && { picture: best.picture, changes: pictures.size > 1 };
}
