import { targetDuration } from '../bitrate.ts';
import type { Storyboard, TiledImage } from '../stills/storyboard.ts';
import { parseAttributeList } from './attribute-list.ts';
import { decimalSeconds } from './media-playlist.ts';

/** An image in a playlist, with its size in bytes. */
interface SizedImage extends TiledImage {
  readonly size: number;
}

interface ImagePlaylist extends Storyboard {
  readonly images: readonly SizedImage[];
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

/**
 * Reads a playlist of tiled thumbnails. Layout and interval come from the first image, since the last one may state only the
 * time that it covers.
 *
 * @returns undefined for a playlist that does not describe tiles
 */
export function readImagePlaylist(text: string): Storyboard | undefined {
  const images: TiledImage[] = [];
  let layout: Omit<Storyboard, 'images'> | undefined;
  let durationSeconds = 0;
  for (const line of text.split(/\r?\n/)) {
    const [, tag, value = ''] = /^#(EXTINF|EXT-X-TILES):(.*)$/.exec(line) ?? [];
    if (tag === 'EXTINF') durationSeconds = Number.parseFloat(value);
    else if (tag === 'EXT-X-TILES') layout ??= parseTiles(value);
    else if (line !== '' && !line.startsWith('#')) images.push({ uri: line, durationSeconds });
  }
  return layout === undefined || images.length === 0 ? undefined : { ...layout, images };
}

function parseTiles(text: string): Omit<Storyboard, 'images'> | undefined {
  const attributes = parseAttributeList(text);
  const sizeIn = (name: string): number[] => (attributes.get(name) ?? '').split('x').map(Number);
  const [width = 0, height = 0] = sizeIn('RESOLUTION');
  const [columns = 0, rows = 0] = sizeIn('LAYOUT');
  const intervalSeconds = Number(attributes.get('DURATION') ?? 0);
  const isValid = [width, height, columns, rows, intervalSeconds].every((value) => value > 0);
  return isValid ? { thumbnail: { width, height }, columns, rows, intervalSeconds } : undefined;
}
