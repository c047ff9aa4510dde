import { type ColorPlan, planColor } from '../color/plan-color.ts';
import type { Rotation } from '../orientation.ts';
import { type Rational, valueOf } from '../rational.ts';
import { type AudioRendition, planAudio } from './plan-audio.ts';
import { displaySizeOf, evenSize, scaledTo, shortSideOf, type Size } from '../display-size.ts';
import { planFrameRate } from './plan-frame-rate.ts';
import { planPosterFrames, type PosterPlan, posterSize } from '../stills/poster-frames.ts';
import { planRateControl, type RateControl } from './plan-rate-control.ts';
import type { SourceVideo } from './source-video.ts';
import type { ShownPart } from '../stills/shown-part.ts';
import { planStoryboard, type StoryboardLayout } from '../stills/storyboard-layout.ts';

export interface LadderOptions {
  /** Limit of a rung's short side, pixels. */
  readonly maxShortSide: number;
}

/** One video rendition. */
export interface Rung extends Size, RateControl {
  /** Short side and `p`, such as `720p`; unique in the ladder. */
  readonly name: string;
}

export interface Ladder {
  /** One to five rungs, largest first. */
  readonly rungs: readonly Rung[];
  readonly frameRate: Rational;
  /** Duration of a closed group of pictures. */
  readonly gopSeconds: number;
  readonly segmentSeconds: number;
  /** Rotation that the encoder applies to the stored video; all sizes are those after it. */
  readonly rotation: Rotation;
  /** Whether frames get black bars if their aspect ratio differs from the renditions'. */
  readonly pad: boolean;
  /** Whether the encoder reads the rotation from the file. */
  readonly automaticRotation: boolean;
  readonly deinterlace: boolean;
  readonly color: ColorPlan;
  readonly audio: readonly AudioRendition[];
  readonly storyboard: StoryboardLayout;
  readonly poster: PosterPlan & Size;
}

const SHORT_SIDES = [2160, 1440, 1080, 720, 480, 360, 240];
export const MAX_RUNGS = 5;
/** Minimum ratio of the sides of two renditions; viewers cannot tell closer ones apart. */
const MIN_STEP = 1.25;
/** Short side that is left out below three larger rungs, where it helps no viewer. */
const MIN_SHORT_SIDE = 240;
/** Limits of AVC outputs: https://docs.aws.amazon.com/mediaconvert/latest/ug/video-encoding-settings.html */
export const MAX_SIDE = 4096;
export const MAX_PIXELS = 4096 * 2304;
export const MIN_SIDE = 32;

/**
 * Plans the renditions of a source: its own display size at the top (even, capped), then the usual sizes with a visible
 * step between any two. No rung is larger than the source.
 *
 * @throws RangeError if a side of the display size is below 32 pixels
 */
export function planLadder(source: SourceVideo, { maxShortSide }: LadderOptions): Ladder {
  const display = displaySizeOf(source);
  const frameRate = planFrameRate(source);
  const top = topSize(display, maxShortSide);
  if (shortSideOf(top) < MIN_SIDE)
    throw new RangeError(`A video of ${top.width}x${top.height} is too small to encode.`);
  const sizes: [Size, ...Size[]] = [top, ...lowerShortSides(shortSideOf(top)).map((side) => scaledTo(display, side))];
  const rungs = sizes.map((size) => ({
    name: `${shortSideOf(size)}p`,
    ...size,
    ...planRateControl(size, valueOf(frameRate)),
  }));
  return {
    rungs,
    frameRate,
    gopSeconds: 2,
    segmentSeconds: 6,
    rotation: source.rotation ?? 0,
    pad: source.pictureChanges ?? false,
    automaticRotation: source.automaticRotation ?? false,
    deinterlace: source.interlaced ?? false,
    color: planColor(source, source),
    audio: planAudio(source.audioTracks),
    storyboard: planStoryboard(display, source.durationSeconds, frameRate),
    poster: { ...planPosterFrames(shownPart(source)), ...posterSize(sizes) },
  };
}

function shownPart({ shown, durationSeconds }: SourceVideo): ShownPart {
  return shown ?? { startSeconds: 0, endSeconds: durationSeconds };
}

function topSize(display: Size, maxShortSide: number): Size {
  const { width, height } = display;
  const scale = Math.min(
    1,
    (2 * Math.floor(maxShortSide / 2)) / shortSideOf(display),
    MAX_SIDE / Math.max(width, height),
    Math.sqrt(MAX_PIXELS / (width * height)),
  );
  const even = evenSize({ width: width * scale, height: height * scale });
  // The long side may be rounded either way when scaled down; at its own size it must not grow.
  return scale === 1 ? even : { ...scaledTo(display, shortSideOf(even)) };
}

function lowerShortSides(top: number): readonly number[] {
  const sides: number[] = [];
  for (const side of SHORT_SIDES) {
    if ((sides.at(-1) ?? top) >= side * MIN_STEP) sides.push(side);
  }
  if (sides.length > 2 && sides.at(-1) === MIN_SHORT_SIDE) sides.pop();
  // Viewers miss the step below the largest size least.
  while (sides.length > MAX_RUNGS - 1) sides.shift();
  return sides;
}
