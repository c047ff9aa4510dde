/** Clockwise degrees. */
export type Rotation = 0 | 90 | 180 | 270;

/** How a player shows the stored picture: rotated clockwise, then mirrored left to right. */
export interface Orientation {
  readonly rotation: Rotation;
  readonly mirrored: boolean;
}

export const UPRIGHT: Orientation = { rotation: 0, mirrored: false };

/** Returns whether a player shows the stored picture as it is. */
export function isUpright({ rotation, mirrored }: Orientation): boolean {
  return rotation === 0 && !mirrored;
}

/** A linear map of the picture, `x' = a x + c y`, `y' = b x + d y`, with y downwards. */
export interface PictureMatrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

const QUARTER_TURNS: readonly Rotation[] = [0, 90, 180, 270];
/** Maximum degrees by which a matrix may differ from a rotation by a multiple of 90, as in MediaConvert. */
const TOLERANCE_DEGREES = 1;

/**
 * Returns the orientation of a matrix, at any scale: one of four rotations, or one of them followed by mirroring.
 *
 * @returns undefined for any other matrix
 */
export function orientationOf({ a, b, c, d }: PictureMatrix): Orientation | undefined {
  const mirrored = a * d - b * c < 0;
  // Without mirroring, both columns are rotated by the same angle.
  const sign = mirrored ? -1 : 1;
  const angles = [Math.atan2(b, sign * a), Math.atan2(-sign * c, d)].map((radians) => (radians * 180) / Math.PI);
  const rotations = angles.map(rotationNear);
  const isEmpty = a * d - b * c === 0;
  return !isEmpty && rotations[0] !== undefined && rotations[0] === rotations[1] ? { rotation: rotations[0], mirrored } : undefined;
}

/** Returns the matrix that applies `first`, then `second`. */
export function combine(first: PictureMatrix, second: PictureMatrix): PictureMatrix {
  return {
    a: second.a * first.a + second.c * first.b,
    b: second.b * first.a + second.d * first.b,
    c: second.a * first.c + second.c * first.d,
    d: second.b * first.c + second.d * first.d,
  };
}

/** Returns the multiple of 90 degrees within one degree of a clockwise angle of any size. */
export function rotationNear(degrees: number): Rotation | undefined {
  const turns = Math.round(degrees / 90);
  const isNear = Math.abs(degrees - turns * 90) <= TOLERANCE_DEGREES;
  return isNear ? QUARTER_TURNS[((turns % 4) + 4) % 4] : undefined;
}
