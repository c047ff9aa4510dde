/** Red, green and blue light. */
export type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];
/** CIE 1931 x and y. */
type Chromaticity = readonly [x: number, y: number];

interface Primaries {
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
  readonly white: Chromaticity;
}

const D65: Chromaticity = [0.3127, 0.329];
const REC_709: Primaries = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 };
const P3 = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] } as const;

/**
 * Primaries with colors far outside Rec. 709, by ffmpeg's name: ITU-T H.273, Table 2. Those of Rec. 601 and SMPTE 240M differ
 * so little that their colors are kept, as browsers do.
 */
const WIDE: Readonly<Record<string, Primaries>> = {
  bt2020: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 },
  smpte431: { ...P3, white: [0.314, 0.351] },
  smpte432: { ...P3, white: D65 },
};

/** Returns whether primaries must be converted. @param primaries ffmpeg's name */
export function isWideGamut(primaries: string): boolean {
  return WIDE[primaries] !== undefined;
}

/**
 * Returns the conversion of linear light to Rec. 709, white to white. Colors outside Rec. 709 get negative components.
 *
 * @param primaries ffmpeg's name
 */
export function toRec709Primaries(primaries: string): (light: Rgb) => Rgb {
  const wide = WIDE[primaries];
  if (wide === undefined) return (light) => light;
  const [toXyz, fromXyz] = [xyzMatrix(wide), inverseOf(xyzMatrix(REC_709))];
  return (light) => multiply(fromXyz, multiply(toXyz, light));
}

/** Returns the matrix from RGB to XYZ, relative to white, which maps to (1, 1, 1): SMPTE RP 177, 3.3. */
function xyzMatrix({ red, green, blue, white }: Primaries): Matrix {
  const [r, g, b, w] = [xyzOf(red), xyzOf(green), xyzOf(blue), xyzOf(white)];
  const [byRed, byGreen, byBlue] = multiply(inverseOf([[r[0], g[0], b[0]], [r[1], g[1], b[1]], [r[2], g[2], b[2]]]), w);
  return [
    [(r[0] * byRed) / w[0], (g[0] * byGreen) / w[0], (b[0] * byBlue) / w[0]],
    [(r[1] * byRed) / w[1], (g[1] * byGreen) / w[1], (b[1] * byBlue) / w[1]],
    [(r[2] * byRed) / w[2], (g[2] * byGreen) / w[2], (b[2] * byBlue) / w[2]],
  ];
}

/** Returns X, Y and Z of a color with a luminance of 1. */
function xyzOf([x, y]: Chromaticity): Rgb {
  return [x / y, 1, (1 - x - y) / y];
}

function multiply([first, second, third]: Matrix, vector: Rgb): Rgb {
  return [dot(first, vector), dot(second, vector), dot(third, vector)];
}

function dot(row: Rgb, vector: Rgb): number {
  return row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2];
}

function inverseOf([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [(e * i - f * h) / determinant, (c * h - b * i) / determinant, (b * f - c * e) / determinant],
    [(f * g - d * i) / determinant, (a * i - c * g) / determinant, (c * d - a * f) / determinant],
    [(d * h - e * g) / determinant, (b * g - a * h) / determinant, (a * e - b * d) / determinant],
  ];
}
