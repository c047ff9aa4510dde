/** An elementary stream as a program map lists it. */
export interface MappedStream {
  readonly type: number;
  readonly descriptors?: readonly (readonly [tag: number, content: readonly number[]])[];
}

const MAP_PACKET_ID = 0x1000;

/** Writes a transport stream of a program association, a program map, and empty packets. The streams' packet ids begin at 256. */
export function transportStream(...streams: readonly MappedStream[]): Buffer {
  const association = section(0, Buffer.from([0, 1, 0xe0 | (MAP_PACKET_ID >> 8), MAP_PACKET_ID & 0xff]));
  const map = section(2, Buffer.concat([Buffer.from([0xe1, 0x00, 0xf0, 0x00]), ...streams.map(mapEntry)]));
  const empty = Array.from({ length: 8 }, () => packet(0x1fff, Buffer.alloc(0), false));
  return Buffer.concat([...packets(0, association), ...packets(MAP_PACKET_ID, map), ...empty]);
}

function mapEntry({ type, descriptors = [] }: MappedStream, index: number): Buffer {
  const info = Buffer.concat(descriptors.map(([tag, content]) => Buffer.from([tag, content.length, ...content])));
  return Buffer.concat([Buffer.from([type, 0xe1, index, 0xf0 | (info.length >> 8), info.length & 0xff]), info]);
}

function section(table: number, content: Buffer): Buffer {
  const length = 5 + content.length + 4;
  return Buffer.concat([Buffer.from([table, 0xb0 | (length >> 8), length & 0xff, 0, 1, 0xc1, 0, 0]), content, Buffer.alloc(4)]);
}

function packets(packetId: number, content: Buffer): Buffer[] {
  const pointed = Buffer.concat([Buffer.alloc(1), content]);
  const count = Math.ceil(pointed.length / 184);
  return Array.from({ length: count }, (_, index) => packet(packetId, pointed.subarray(index * 184, (index + 1) * 184), index === 0));
}

function packet(packetId: number, payload: Buffer, startsUnit: boolean): Buffer {
  const head = Buffer.from([0x47, (startsUnit ? 0x40 : 0) | (packetId >> 8), packetId & 0xff, 0x10]);
  return Buffer.concat([head, payload, Buffer.alloc(184 - payload.length, 0xff)]);
}

/** Adds error correction after each packet. */
export function withErrorCorrection(stream: Buffer): Buffer {
  const whole = Array.from({ length: stream.length / 188 }, (_, index) => stream.subarray(index * 188, index * 188 + 188));
  return Buffer.concat(whole.flatMap((bytes, index) => [bytes, Buffer.alloc(16, (index * 71) % 256)]));
}

/** Adds an ID3 tag before a stream, as HLS has for the time of a segment: RFC 8216, 3.4. */
export function withId3(stream: Buffer): Buffer {
  return Buffer.concat([Buffer.from('4944330400000000007f', 'hex'), Buffer.alloc(127), stream]);
}
