import type { ByteSource } from '../byte-source.ts';
import { findTransportPackets } from '../containers/mpeg-ts.ts';
import { READ_BLOCK_BYTES } from '../limit-reads.ts';
import { captionServices, findVideoProgram, isVideoStream } from '../mpeg-ts/program-map.ts';
import { transportPackets } from '../mpeg-ts/transport-packet.ts';
import { type CaptionData, findCaptionData } from './caption-data.ts';

/** Bytes to read at each place: several frames of most videos. */
const WINDOW_BYTES = 2 * READ_BLOCK_BYTES;
/** Number of places to check if the first ones have only empty caption packets: nobody may be speaking there. */
const MORE_PLACES = 8;

/**
 * Returns whether the video's frames carry closed captions. Checks its start, middle and end, and more places if caption
 * packets there are empty. Plan: Probe reports only captions in their own tracks.
 */
export async function hasEmbeddedCaptions(container: string, source: ByteSource): Promise<boolean> {
  const first = await look(container, source, [0, 0.5, 1]);
  if (first !== 'empty') return first === 'present';
  const places = Array.from({ length: MORE_PLACES }, (_, index) => (index + 0.5) / MORE_PLACES);
  return (await look(container, source, places)) === 'present';
}

/** @param places fractions of the file, 0 to 1 */
async function look(container: string, source: ByteSource, places: readonly number[]): Promise<CaptionData> {
  const blocks = Math.max(0, Math.ceil((source.size - WINDOW_BYTES) / READ_BLOCK_BYTES));
  const offsets = new Set(places.map((place) => Math.round(place * blocks) * READ_BLOCK_BYTES));
  let found: CaptionData = 'none';
  for (const offset of offsets) {
    const bytes = await source.read(offset, WINDOW_BYTES);
    const data = container === 'mpegts' ? inTransportStream(bytes) : findCaptionData(bytes);
    if (data === 'present') return data;
    if (data === 'empty') found = data;
  }
  return found;
}

/** Searches the program's video, since packets would split captions. A program map may also declare them. */
function inTransportStream(bytes: Uint8Array): CaptionData {
  const layout = findTransportPackets(bytes);
  const program = layout && findVideoProgram(transportPackets(bytes, layout));
  if (layout === undefined || program === undefined) return findCaptionData(bytes);
  if (program.some((stream) => captionServices(stream) > 0)) return 'present';
  const videos = new Set(program.filter(isVideoStream).map(({ packetId }) => packetId));
  const payloads = [...transportPackets(bytes, layout)].filter(({ packetId }) => videos.has(packetId)).map(({ payload }) => payload);
  return findCaptionData(Buffer.concat(payloads));
}
