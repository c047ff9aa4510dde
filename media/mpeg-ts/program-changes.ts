import { type ElementaryStream, isVideoStream, type ProgramMap, ProgramTables } from './program-map.ts';
import { audioCodec } from './stream-codecs.ts';
import { parseTransportPacket } from './transport-packet.ts';

/**
 * Watches the map of the program with the first video. Encoders keep to the streams that it declares first: a stream that
 * moves to another packet id, ends, or continues in another codec is lost. ISO/IEC 13818-1, 2.4.4.
 */
export class ProgramChanges {
  readonly #tables = new ProgramTables();
  #map: ProgramMap | undefined;

  /** Returns the video and audio of the map that a packet completes, if it lacks a stream of the map before it. */
  add(bytes: Uint8Array): readonly ElementaryStream[] | undefined {
    const packet = parseTransportPacket(bytes);
    const map = packet && this.#tables.add(packet);
    if (map === undefined || map.program !== (this.#map?.program ?? map.program)) return undefined;
    if (this.#map === undefined && !map.streams.some(isVideoStream)) return undefined;
    const earlier = this.#map?.streams ?? [];
    this.#map = { ...map, streams: map.streams.filter((stream) => isVideoStream(stream) || audioCodec(stream) !== undefined) };
    return earlier.every((stream) => map.streams.some((other) => isSame(stream, other))) ? undefined : this.#map.streams;
  }
}

function isSame(a: ElementaryStream, b: ElementaryStream): boolean {
  return a.packetId === b.packetId && a.type === b.type;
}
