import type { ByteSource } from '../byte-source.ts';
import { readFlvSpan } from '../flv/flv-span.ts';
import { readFragmentSpans } from '../isobmff/fragment-spans.ts';
import type { Movie, MovieTrack } from '../isobmff/movie.ts';
import { spanOfTrack } from '../isobmff/sample-table-span.ts';
import { videoTracks } from '../isobmff/video-tracks.ts';
import { readBlockSpans } from '../matroska/block-spans.ts';
import { findSegment } from '../matroska/segment.ts';
import { readSegmentHead } from '../matroska/tracks.ts';
import { readStreamSpans } from '../mpeg-ts/stream-span.ts';
import { readAviSpan } from '../riff/avi-span.ts';
import { trackAt } from './choose-video.ts';
import type { KeptTracks } from './kept-tracks.ts';
import type { MeasuredSpan } from './measured-span.ts';

/** Measured length of a file, regardless of what it states, in seconds. */
export interface SourceLength {
  /** From the start of the first track to the end of the last. */
  readonly seconds: number;
  /** Bounds of the length that decoders produce. */
  readonly minSeconds: number;
  readonly maxSeconds: number | undefined;
}

/**
 * Measures how long a file's tracks last by its own index: sample tables, and times of fragments, blocks and packets. Stated
 * durations are ignored, since recorders and editors write wrong ones. Reads a few mebibytes at the ends of a file, and some
 * more between if it has no index.
 *
 * @param movie index of an ISO base media file, if it could be read
 * @returns undefined for a container whose index is not read here
 */
export async function readSourceLength(
  container: string,
  source: ByteSource,
  movie: Movie | undefined,
  kept: KeptTracks,
): Promise<SourceLength | undefined> {
  const spans = await readSpans(container, source, movie, kept);
  const [first] = spans;
  if (first === undefined) return undefined;
  const start = Math.min(...spans.map(({ startSeconds }) => startSeconds));
  const maxima = spans.map(({ maxSeconds }) => maxSeconds);
  return {
    seconds: Math.max(...spans.map(({ endSeconds }) => endSeconds)) - start,
    minSeconds: Math.max(...spans.map(({ minSeconds }) => minSeconds)),
    maxSeconds: maxima.includes(undefined) ? undefined : Math.max(...maxima.map((seconds = 0) => seconds)),
  };
}

/** @returns the span of the video and those of the sound; empty if the video's is unknown */
async function readSpans(
  container: string,
  source: ByteSource,
  movie: Movie | undefined,
  kept: KeptTracks,
): Promise<readonly MeasuredSpan[]> {
  switch (container) {
    case 'isobmff':
      return movie === undefined ? [] : movieSpans(source, movie, kept);
    case 'matroska':
    case 'webm':
      return matroskaSpans(source, kept);
    case 'mpegts':
    case 'mpegps':
      return readStreamSpans(source, container, kept);
    case 'avi':
      return listOf(await readAviSpan(source, kept.video));
    case 'flv':
      return listOf(await readFlvSpan(source));
    default:
      return [];
  }
}

function listOf(span: MeasuredSpan | undefined): readonly MeasuredSpan[] {
  return span === undefined ? [] : [span];
}

async function movieSpans(source: ByteSource, movie: Movie, kept: KeptTracks): Promise<readonly MeasuredSpan[]> {
  const fragments = movie.fragmented ? await readFragmentSpans(source, movie) : undefined;
  const spanOf = (track: MovieTrack): MeasuredSpan | undefined => {
    const [tables, inFragments] = [spanOfTrack(track, movie), fragments?.get(track.id)];
    // The first samples of some fragmented files are in the movie box.
    return tables !== undefined && inFragments !== undefined ? { ...inFragments, startSeconds: 0 } : (inFragments ?? tables);
  };
  if (movie.fragmented && fragments === undefined) return [];
  return spansOfTracks(videoTracks(movie), movie.tracks.filter(({ handler }) => handler === 'soun'), kept, spanOf);
}

async function matroskaSpans(source: ByteSource, kept: KeptTracks): Promise<readonly MeasuredSpan[]> {
  const segment = await findSegment(source);
  const head = segment && (await readSegmentHead(source, segment));
  const spans = segment && head && (await readBlockSpans(source, segment, head));
  if (head === undefined || spans === undefined) return [];
  const ofKind = (wanted: string) => head.tracks.filter(({ kind }) => kind === wanted);
  return spansOfTracks(ofKind('video'), ofKind('audio'), kept, ({ number }) => spans.get(number));
}

/** Leaves out sound if the container's own list has another length than the probe's. */
function spansOfTracks<Track>(
  videos: readonly Track[],
  sounds: readonly Track[],
  kept: KeptTracks,
  spanOf: (track: Track) => MeasuredSpan | undefined,
): readonly MeasuredSpan[] {
  const track = trackAt(videos, kept.video);
  const video = track && spanOf(track);
  if (video === undefined) return [];
  const known = kept.sound.filter(({ count }) => count === sounds.length);
  return [
    video,
    ...known.flatMap(({ position, mayBeCut = false }) => {
      const sound = sounds[position];
      const span = sound && spanOf(sound);
      return span === undefined ? [] : [mayBeCut ? { ...span, minSeconds: 0 } : span];
    }),
  ];
}
