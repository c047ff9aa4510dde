import { type Orientation, rotationNear } from '../orientation.ts';
import { findChild, unsignedOf } from './ebml.ts';

// Identifiers: RFC 9559, 5.1.4.1.28.41 to 5.1.4.1.28.46.
const [PROJECTION, TYPE, YAW, PITCH, ROLL] = [0x7670, 0x7671, 0x7673, 0x7674, 0x7675];
const RECTANGULAR = 0;

/**
 * Returns how a player shows a track's pictures, by the projection of a flat picture: a yaw of 180 degrees mirrors it left to
 * right, and a roll then rotates it counterclockwise. RFC 9559, 5.1.4.1.28.44 to 5.1.4.1.28.46.
 *
 * @param video the Video element of the track
 * @returns undefined if the file states none, or none of the eight orientations
 */
export function readProjection(video: Uint8Array): Orientation | undefined {
  const projection = findChild(video, PROJECTION);
  if (projection === undefined) return undefined;
  const degrees = (id: number): number => floatOf(findChild(projection, id));
  const yaw = rotationNear(degrees(YAW));
  const roll = rotationNear(degrees(ROLL));
  const isFlat = unsignedOf(findChild(projection, TYPE) ?? new Uint8Array()) === RECTANGULAR && rotationNear(degrees(PITCH)) === 0;
  if (!isFlat || roll === undefined || (yaw !== 0 && yaw !== 180)) return undefined;
  const mirrored = yaw === 180;
  // Mirroring first reverses the direction of rotation.
  const rotation = mirrored ? roll : rotationNear(-roll);
  return rotation === undefined ? undefined : { rotation, mirrored };
}

/** Returns an IEEE 754 number of four or eight bytes, or 0 if empty: RFC 8794, 7.3. */
function floatOf(bytes: Uint8Array = new Uint8Array()): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getFloat32(0);
  return bytes.length === 8 ? view.getFloat64(0) : 0;
}
