import { countFrames } from '../sound/sound-format.ts';
import type { ClockReading } from './continuous-clock.ts';
import { parsePesHeader } from './pes-header.ts';
import { type ElementaryStream, isVideoStream } from './program-map.ts';
import { audioCodec } from './stream-codecs.ts';
import type { TransportPacket } from './transport-packet.ts';

/** Timestamps of a PES packet, 90 kHz. */
export interface PesReading extends ClockReading {
  /** Presentation time. */
  readonly time: number;
}

/** Collects the timestamps of a program's video and sound, and the number of sound frames that belong to each. */
export class ClockReader {
  readonly readings: PesReading[] = [];
  readonly #streams: ReadonlyMap<number, ElementaryStream>;
  readonly #open = new Map<number, { readonly index: number; readonly payloads: Uint8Array[] }>();

  constructor(program: readonly ElementaryStream[]) {
    const kept = program.filter((stream) => isVideoStream(stream) || audioCodec(stream) !== undefined);
    this.#streams = new Map(kept.map((stream) => [stream.packetId, stream]));
  }

  /** Adds packets, in the order of the file. */
  add(packets: Iterable<TransportPacket>): void {
    for (const { packetId, startsUnit, payload } of packets) {
      const stream = this.#streams.get(packetId);
      if (stream === undefined) continue;
      if (!startsUnit) {
        this.#open.get(packetId)?.payloads.push(payload);
        continue;
      }
      this.#finish(stream);
      const { time, decodingTime: ticks, size = 0 } = parsePesHeader(payload) ?? {};
      if (time === undefined || ticks === undefined) continue;
      const isSound = !isVideoStream(stream);
      if (isSound) this.#open.set(packetId, { index: this.readings.length, payloads: [payload.subarray(size)] });
      this.readings.push({ stream: packetId, isSound, ticks, time });
    }
  }

  /** Counts the frames of the last packets. */
  end(): void {
    for (const stream of this.#streams.values()) this.#finish(stream);
  }

  #finish(stream: ElementaryStream): void {
    const unit = this.#open.get(stream.packetId);
    const codec = audioCodec(stream);
    const reading = unit && this.readings[unit.index];
    this.#open.delete(stream.packetId);
    if (unit === undefined || reading === undefined || codec === undefined || codec === 'other') return;
    this.readings[unit.index] = { ...reading, frames: countFrames(codec, Buffer.concat(unit.payloads)) };
  }
}
