import type { ByteSource } from '../byte-source.ts';
import { trackAt, type TrackPlace } from '../containers/choose-video.ts';
import { parameterRanges } from '../containers/parameter-ranges.ts';
import type { StreamParameters } from '../containers/stream-parameters.ts';
import type { TimedFrame } from '../picture/picture.ts';
import { findStatedPicture, type StatingCodec } from '../picture/stated-picture.ts';
import { readAhead } from '../read-ahead.ts';
import { CHUNK_HEAD, readAviHead } from './avi-head.ts';
import { readAviIndex } from './avi-index.ts';

/** Bytes of a frame that hold its parameter sets. */
const FRAME_BYTES = 4096;

const CODECS: Readonly<Record<string, StatingCodec>> = {
  H264: 'avc', X264: 'avc', AVC1: 'avc', HEVC: 'hevc', H265: 'hevc', X265: 'hevc', MPG2: 'mpeg2', MPEG: 'mpeg2',
  FMP4: 'mpeg4', MP4V: 'mpeg4', XVID: 'mpeg4', DIVX: 'mpeg4', DX50: 'mpeg4', MP4S: 'mpeg4', M4S2: 'mpeg4',
  VP80: 'vp8', VP90: 'vp9', AV01: 'av1',
};

/**
 * Reads the pictures that the frames of an AVI state. Plan: the size of the video must hold the largest.
 *
 * @param place position of the video among the video streams
 * @returns undefined for a file without an index, or with a codec that is not read here
 */
export async function readChunkParameters(file: ByteSource, place: TrackPlace): Promise<StreamParameters | undefined> {
  const head = await readAviHead(file);
  const video = trackAt(head.streams.filter(({ isVideo }) => isVideo), place);
  const codec = video && CODECS[video.codec];
  const chunks = codec && (await readAviIndex(file, head));
  if (video === undefined || codec === undefined || chunks === undefined) return undefined;
  const shown = chunks.filter(({ id }) => id.startsWith(String(video.number).padStart(2, '0')));
  const source = readAhead(file);
  const stretches: TimedFrame[][] = [];
  for (const { start, end } of parameterRanges(0, file.size)) {
    const frames: TimedFrame[] = [];
    for (const [index, { offset, size }] of shown.entries()) {
      // An empty chunk repeats the frame before it.
      if (size === 0 || offset < start || offset + CHUNK_HEAD + size > end) continue;
      const data = await source.read(offset + CHUNK_HEAD, Math.min(size, FRAME_BYTES));
      frames.push({ seconds: index * video.frameSeconds, picture: findStatedPicture(codec, data) });
    }
    stretches.push(frames);
  }
  return { stretches, sound: [] };
}
