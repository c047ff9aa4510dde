import { BitReader } from '../avc/bit-reader.ts';
import type { PictureMark } from '../gaps/gap.ts';
import { type ElementaryStream } from './program-map.ts';

/** Start codes and NAL units with which key frames begin, by `stream_type`. */
const KEY_UNITS: Readonly<Record<number, (unit: number) => boolean>> = {
  // Sequence headers and groups of pictures: ISO/IEC 13818-2, Table 6-1.
  0x01: (unit) => unit === 0xb3 || unit === 0xb8,
  0x02: (unit) => unit === 0xb3 || unit === 0xb8,
  // Video object layers and groups: ISO/IEC 14496-2, Table 6-3.
  0x10: (unit) => (unit >= 0x20 && unit <= 0x2f) || unit === 0xb3,
  // IDR pictures and sequence parameters: ITU-T H.264, Table 7-1.
  0x1b: (unit) => (unit & 0x1f) === 5 || (unit & 0x1f) === 7,
  // IRAP pictures and parameter sets: ITU-T H.265, Table 7-1.
  0x24: (unit) => ((unit >> 1) & 0x3f) >= 16 && ((unit >> 1) & 0x3f) <= 33,
};

/**
 * Finds packets of the picture that are missing by their continuity counters, and its key frames, which end the damage:
 * ISO/IEC 13818-1, 2.4.3.3 to 2.4.3.5. A packet may be sent twice, and a counter may jump where that is announced.
 */
export class PicturePackets {
  readonly #isKeyUnit: ((unit: number) => boolean) | undefined;
  readonly #isAvc: boolean;
  #counter: number | undefined;
  #hasKey = false;
  /** Number of frames until the picture is complete, where it is renewed part by part. */
  #recovering: number | undefined;

  constructor({ type }: ElementaryStream) {
    this.#isKeyUnit = KEY_UNITS[type];
    this.#isAvc = type === AVC;
  }

  /** @returns what a packet of the picture shows */
  add(packet: Uint8Array): PictureMark['picture'] | undefined {
    const [, high = 0, , flags = 0, adaptation = 0, adaptationFlags = 0] = packet;
    const hasPayload = (flags & 0x10) !== 0;
    const [isAnnounced, isRandomAccess] = (flags & 0x20) !== 0 && adaptation > 0 ? [(adaptationFlags & 0x80) !== 0, (adaptationFlags & 0x40) !== 0] : [false, false];
    const earlier = this.#counter;
    const counter = flags & 0x0f;
    this.#counter = counter;
    const isDamaged = (high & 0x80) !== 0;
    const isNext = earlier === undefined || isAnnounced || counter === earlier || (hasPayload && counter === ((earlier + 1) & 0x0f));
    const startsUnit = hasPayload && (high & 0x40) !== 0;
    // A loss before a key frame damages only the frames before it.
    if (startsUnit && !isDamaged && this.#completesPicture(packet, isRandomAccess)) {
      this.#hasKey = true;
      return 'key';
    }
    if (!isNext || isDamaged) return 'lost';
    return startsUnit && !this.#hasKey && this.#isKeyUnit !== undefined ? 'dependent' : undefined;
  }

  /** Returns whether a picture begins from which all that follow can be decoded. */
  #completesPicture(packet: Uint8Array, isRandomAccess: boolean): boolean {
    const frames = this.#isAvc ? recoveryFrames(packet) : undefined;
    if (frames !== undefined && frames > 0 && this.#recovering === undefined) this.#recovering = frames;
    else if (this.#recovering !== undefined) {
      this.#recovering -= 1;
      if (this.#recovering > 0) return false;
      this.#recovering = undefined;
      return true;
    }
    return this.#recovering === undefined && (isRandomAccess || this.#startsKeyFrame(packet));
  }

  #startsKeyFrame(packet: Uint8Array): boolean {
    if (this.#isKeyUnit === undefined) return false;
    for (let at = 4; at + 3 < packet.length; at += 1) {
      if (packet[at] === 0 && packet[at + 1] === 0 && packet[at + 2] === 1 && this.#isKeyUnit(packet[at + 3] ?? 0)) return true;
    }
    return false;
  }
}

/** `stream_type` of H.264, and its SEI message of a recovery point: ITU-T H.264, D.1.8. */
const AVC = 0x1b;
const [SEI_UNIT, RECOVERY_POINT] = [6, 6];

/**
 * Returns the number of frames after which the picture is complete (`recovery_frame_cnt`), if the frame that begins in a packet
 * is a recovery point.
 */
function recoveryFrames(packet: Uint8Array): number | undefined {
  for (let at = 4; at + 6 < packet.length; at += 1) {
    const isSei = packet[at] === 0 && packet[at + 1] === 0 && packet[at + 2] === 1 && ((packet[at + 3] ?? 0) & 0x1f) === SEI_UNIT;
    if (isSei && packet[at + 4] === RECOVERY_POINT) return new BitReader(packet.subarray(at + 6)).unsigned();
  }
  return undefined;
}
