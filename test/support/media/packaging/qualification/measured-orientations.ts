import type { MatrixValues } from '../../oriented-clips.ts';

const COLORS = ['red', 'lime', 'blue', 'white'].map((color, index) => `color=${color}:s=160x120:r=25:d=2[${index}]`);

/** Source of ffmpeg: two seconds of 320×240 pixels in four colors. */
export const QUARTERS = `${COLORS.join(';')};[0][1]hstack[top];[2][3]hstack[bottom];[top][bottom]vstack`;

export const BROWSERS = ['Chromium 156', 'Firefox 153', 'WebKitGTK 2.50'] as const;

/** A display matrix, and how browsers show a picture whose init segment has it, through hls.js. */
export interface MeasuredOrientation {
  readonly name: string;
  readonly matrix: MatrixValues;
  /** Quarters of an upright picture, as `readQuarters` names them. */
  readonly upright: string;
  /** Whether each browser shows the picture upright, in the order of `BROWSERS`. */
  readonly shown: readonly [chromium: boolean, firefox: boolean, webkit: boolean];
}

/** Measured with hls.js by `test/endurance/orientation.test.ts`. */
export const MEASURED_ORIENTATIONS: readonly MeasuredOrientation[] = [
  { name: 'No rotation', matrix: [1, 0, 0, 1], upright: 'RG/BW', shown: [true, true, true] },
  { name: 'Rotated by 90°', matrix: [0, 1, -1, 0], upright: 'BR/WG', shown: [true, true, false] },
  { name: 'Rotated by 180°', matrix: [-1, 0, 0, -1], upright: 'WB/GR', shown: [true, true, false] },
  { name: 'Rotated by 270°', matrix: [0, -1, 1, 0], upright: 'GW/RB', shown: [true, true, false] },
  { name: 'Mirrored', matrix: [-1, 0, 0, 1], upright: 'GR/WB', shown: [true, false, false] },
  { name: 'Rotated by 90° and mirrored', matrix: [0, 1, 1, 0], upright: 'RB/GW', shown: [true, false, false] },
];
