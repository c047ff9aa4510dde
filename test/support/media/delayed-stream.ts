import { findTransportPackets } from '../../../media/containers/mpeg-ts.ts';
import { TICKS_PER_SECOND } from '../../../media/mpeg-ts/clock.ts';
import { shiftPesTimes } from '../../../media/mpeg-ts/pes-header.ts';
import { transportPackets } from '../../../media/mpeg-ts/transport-packet.ts';

/** Copies a transport stream, with all timestamps later by these seconds. */
export function delayed(stream: Buffer, seconds: number): Buffer {
  const copy = Buffer.from(stream);
  const layout = findTransportPackets(copy);
  if (layout === undefined) throw new Error('The file is not a transport stream.');
  for (const { startsUnit, payload } of transportPackets(copy, layout)) {
    if (startsUnit) shiftPesTimes(payload, Math.round(seconds * TICKS_PER_SECOND));
  }
  return copy;
}

/** Inserts empty packets between those of a transport stream, as broadcasts with a constant bit rate have. */
export function stuffed(stream: Buffer, bytes: number): Buffer {
  const packet = Buffer.alloc(188, 0xff);
  packet.set([0x47, 0x1f, 0xff, 0x10]);
  const count = stream.length / packet.length;
  const stuffing = Buffer.concat(Array.from({ length: Math.ceil(bytes / stream.length) - 1 }, () => packet));
  return Buffer.concat(Array.from({ length: count }, (_, index) => [stream.subarray(index * 188, (index + 1) * 188), stuffing]).flat());
}
