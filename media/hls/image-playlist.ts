import { targetDuration } from '../bitrate.ts';
import type { Size } from '../display-size.ts';
import { decimalSeconds } from './media-playlist.ts';

/** An image that holds a grid of thumbnails. */
export interface TileImage {
  readonly uri: string;
  /** Bytes. */
  readonly size: number;
  /** Duration that the image covers. */
  readonly durationSeconds: number;
}

export interface ImagePlaylist {
  readonly thumbnail: Size;
  readonly columns: number;
  readonly rows: number;
  /** Time from one thumbnail to the next. */
  readonly intervalSeconds: number;
  readonly images: readonly TileImage[];
}

/**
 * Writes the playlist of tiled thumbnails, as MediaConvert does for image-based trick play.
 * https://developer.roku.com/docs/developer-program/media-playback/trick-mode/hls-and-dash.md
 * https://github.com/image-media-playlist/spec (version 0.4)
 */
export function writeImagePlaylist(playlist: ImagePlaylist): string {
  const { thumbnail, columns, rows, intervalSeconds, images } = playlist;
  const layout = `RESOLUTION=${thumbnail.width}x${thumbnail.height},LAYOUT=${columns}x${rows}`;
  const tiles = `#EXT-X-TILES:${layout},DURATION=${decimalSeconds(intervalSeconds)}`;
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${targetDuration(images)}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-IMAGES-ONLY',
    ...images.flatMap(({ uri, durationSeconds }) => [`#EXTINF:${decimalSeconds(durationSeconds)},`, tiles, uri]),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
}
