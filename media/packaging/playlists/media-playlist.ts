import { decimalSeconds } from '../../hls/media-playlist.ts';
import type { SourceIndex } from '../index/source-index.ts';
import { type Film, openFilm, type PlaylistOptions } from './film.ts';
import { type ListedSegment, type ListedStream, listStream } from './listed-stream.ts';
import { type StreamName, writeStreamAddress } from './stream-address.ts';

/** Options of the HLS playlists of a film. */
export interface HlsOptions extends PlaylistOptions {
  /** Compatibility version of playlists of transport streams: durations in whole seconds, or with three decimals. @default 3 */
  readonly tsVersion?: 1 | 3 | undefined;
}

/** Version that EXT-X-MAP and fragmented MP4 need: RFC 8216, 7. */
export const FMP4_VERSION = 7;
const FMP4_DECIMALS = 6;
const TS_DECIMALS = { 1: 0, 3: 3 };

/**
 * Writes the media playlist of a stream: RFC 8216, 4.3.3.
 *
 * @param name stream that `readStreamAddress` returned for the playlist's address
 * @throws PackagingError `no_tracks` for a stream that the film has not, `bad_clip`, `not_in_mpeg_ts`
 */
export function writeStreamPlaylist(index: SourceIndex, name: StreamName, options: HlsOptions = {}): string {
  const film = openFilm(index, options);
  return playlistText(film, listStream(film, name), options.tsVersion ?? 3);
}

function playlistText({ targetSeconds }: Film, { name, segments, areIndependent }: ListedStream, tsVersion: 1 | 3): string {
  const isFmp4 = name.container === 'fmp4';
  const version = isFmp4 ? FMP4_VERSION : tsVersion;
  const lines = [
    '#EXTM3U',
    // Version 1 has no such tag: 4.3.1.2.
    ...(version === 1 ? [] : [`#EXT-X-VERSION:${version}`]),
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.number ?? 0}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...(areIndependent ? ['#EXT-X-INDEPENDENT-SEGMENTS'] : []),
    ...(isFmp4 ? [`#EXT-X-MAP:URI="${writeStreamAddress({ kind: 'init', stream: name })}"`] : []),
  ];
  const decimals = isFmp4 ? FMP4_DECIMALS : TS_DECIMALS[tsVersion];
  for (const segment of segments) {
    if (segment.isDiscontinuous) lines.push('#EXT-X-DISCONTINUITY');
    const address = writeStreamAddress({ kind: 'segment', stream: name, number: segment.number });
    lines.push(`#EXTINF:${durationText(segment, decimals)},`, address);
  }
  return [...lines, '#EXT-X-ENDLIST', ''].join('\n');
}

/**
 * Formats a duration as the difference of rounded times, so that the sum of many never drifts from the film. RFC 8216, 4.3.2.1,
 * asks for whole numbers before version 3.
 */
function durationText({ startSeconds, durationSeconds }: ListedSegment, decimals: number): string {
  const rounded = (seconds: number): number => Math.round(seconds * 10 ** decimals);
  const seconds = (rounded(startSeconds + durationSeconds) - rounded(startSeconds)) / 10 ** decimals;
  return decimals > 3 ? decimalSeconds(seconds) : seconds.toFixed(decimals);
}
