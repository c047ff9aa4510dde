import type { ByteSource } from '../byte-source.ts';
import { trackAt, type TrackPlace } from '../containers/choose-video.ts';
import type { MeasuredSpan } from '../containers/measured-span.ts';
import { type AviStream, MAX_INDEX_BYTES, readAviHead } from './avi-head.ts';

/**
 * Reads how long an AVI's video lasts, from its index. The lengths in its headers may be those of an interrupted or edited
 * recording.
 *
 * @param place position of the video among the video streams
 * @returns undefined for a file without an index
 */
export async function readAviSpan(source: ByteSource, place: TrackPlace): Promise<MeasuredSpan | undefined> {
  const { streams, index } = await readAviHead(source);
  const stream = trackAt(streams.filter(({ isVideo }) => isVideo), place);
  if (stream?.parts !== undefined) return spanOf(stream.parts.reduce((sum, { frames }) => sum + frames, 0), stream);
  if (stream === undefined || index === undefined || index.size > MAX_INDEX_BYTES) return undefined;
  return spanOf(countFrames(Buffer.from(await source.read(index.offset, index.size)), stream), stream);
}

function spanOf(frames: number, { frameSeconds }: AviStream): MeasuredSpan | undefined {
  const seconds = frames * frameSeconds;
  if (!(seconds > 0)) return undefined;
  // Sound may last longer.
  return { startSeconds: 0, endSeconds: seconds, minSeconds: seconds, maxSeconds: undefined };
}

/** Counts a stream's entries in the index of old files: 16 bytes each, beginning with the stream number in two digits. */
function countFrames(index: Buffer, { number }: AviStream): number {
  const wanted = String(number).padStart(2, '0');
  let count = 0;
  for (let at = 0; at + 16 <= index.length; at += 16) if (index.toString('latin1', at, at + 2) === wanted) count += 1;
  return count;
}
