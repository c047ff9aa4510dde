import type { ByteSource } from '../byte-source.ts';
import { findFilledTracks } from '../isobmff/filled-tracks.ts';
import type { Movie } from '../isobmff/movie.ts';
import { findSegment } from '../matroska/segment.ts';
import { readSegmentHead } from '../matroska/tracks.ts';
import { countSubpictures } from '../mpeg-ps/subpictures.ts';
import { findVideoProgram } from '../mpeg-ts/program-map.ts';
import { isSubtitleStream } from '../mpeg-ts/subtitle-stream.ts';
import { transportPackets } from '../mpeg-ts/transport-packet.ts';
import { findTransportPackets } from './mpeg-ts.ts';
import { readRiffStreams } from './riff-streams.ts';

/** Bytes of a transport stream within which its program map repeats many times. */
const MAP_BYTES = 1024 * 1024;

/**
 * Counts a container's subtitle and caption tracks.
 *
 * @param movie index of an ISO base media file, if it could be read
 * @returns undefined for a container whose tracks are not read here
 */
export async function countSubtitleTracks(
  container: string,
  source: ByteSource,
  movie: Movie | undefined,
): Promise<number | undefined> {
  switch (container) {
    case 'isobmff':
      return movie === undefined ? undefined : countInMovie(source, movie);
    case 'matroska':
    case 'webm':
      return countInMatroska(source);
    case 'mpegts':
      return countInTransportStream(source);
    case 'mpegps':
      return countSubpictures(source);
    case 'avi':
      return countInAvi(source);
    case 'ogg':
      return countInOgg(source);
    default:
      return undefined;
  }
}

/**
 * Handlers of text, subtitles and captions (ISO/IEC 14496-12:2022, 12.5 and 12.6; QuickTime File Format), and of subpictures as
 * written by Nero.
 */
const SUBTITLE_HANDLERS: ReadonlySet<string> = new Set(['text', 'subt', 'sbtl', 'clcp', 'subp']);

/** Counts tracks with samples, except those with chapter titles. */
async function countInMovie(source: ByteSource, movie: Movie): Promise<number> {
  const chapters = new Set(movie.tracks.flatMap(({ chapterTracks }) => chapterTracks));
  const tracks = movie.tracks.filter(({ id, handler }) => SUBTITLE_HANDLERS.has(handler) && !chapters.has(id));
  if (tracks.length === 0) return 0;
  const filled = await findFilledTracks(source, movie, tracks);
  return tracks.filter(({ id }) => filled?.has(id) !== false).length;
}

async function countInMatroska(source: ByteSource): Promise<number | undefined> {
  const segment = await findSegment(source);
  const head = segment && (await readSegmentHead(source, segment));
  return head?.tracks.filter(({ kind }) => kind === 'subtitles').length;
}

async function countInTransportStream(source: ByteSource): Promise<number | undefined> {
  const bytes = await source.read(0, MAP_BYTES);
  const layout = findTransportPackets(bytes);
  return layout && findVideoProgram(transportPackets(bytes, layout))?.filter(isSubtitleStream).length;
}

/** Codes of DivX subtitles, which AVI counts as video. */
const DIVX_SUBTITLES = /^DXS[AB]$/i;

async function countInAvi(source: ByteSource): Promise<number> {
  const streams = await readRiffStreams(source);
  return streams.filter(({ type, handler }) => type === 'txts' || DIVX_SUBTITLES.test(handler)).length;
}

/** Bytes within which all streams have their first page: RFC 3533, 4. */
const OGG_HEAD_BYTES = 64 * 1024;
/** First bytes of a Kate stream, and of text in OGM. */
const OGG_SUBTITLES = [Buffer.from('\x80kate\0\0\0', 'latin1'), Buffer.from('\x01text\0', 'latin1')];

async function countInOgg(source: ByteSource): Promise<number> {
  const bytes = await source.read(0, OGG_HEAD_BYTES);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = (wanted: Buffer): number => {
    let found = 0;
    for (let at = data.indexOf(wanted); at >= 0; at = data.indexOf(wanted, at + 1)) found += 1;
    return found;
  };
  return OGG_SUBTITLES.reduce((sum, wanted) => sum + count(wanted), 0);
}
