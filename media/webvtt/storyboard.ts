import type { Storyboard } from '../stills/storyboard.ts';
import { UnreadablePlaylistError } from '../unreadable-playlist-error.ts';
import { rewriteReference, type UriRewriter } from '../uri-rewriter.ts';

/** Maximum time by which an image's covered time may be rounded up: shorter than any frame. */
const ROUNDING_SECONDS = 0.002;

/**
 * Writes a WebVTT file whose cues each name a region of an image, as players expect of thumbnails. Cells of the last image that
 * lie beyond its covered time or the end of the video get no cue.
 * https://www.w3.org/TR/webvtt1/ and https://www.w3.org/TR/media-frags/#naming-space
 *
 * @param durationSeconds duration of the video
 */
export function writeStoryboard(
  { thumbnail: { width, height }, columns, rows, intervalSeconds, images }: Storyboard,
  durationSeconds: number,
): string {
  const cells = images.flatMap(({ uri, durationSeconds: covered }, index) => {
    const filled = index === images.length - 1 ? Math.ceil((covered - ROUNDING_SECONDS) / intervalSeconds) : Infinity;
    return Array.from({ length: Math.max(1, Math.min(columns * rows, filled)) }, (_, position) => {
      const [x, y] = [(position % columns) * width, Math.floor(position / columns) * height];
      return { region: `${uri}#xywh=${x},${y},${width},${height}`, start: (index * columns * rows + position) * intervalSeconds };
    });
  });
  const shown = cells.filter(({ start }) => start === 0 || start < durationSeconds - ROUNDING_SECONDS);
  const cues = shown.map(({ region, start }, index) => {
    // The last cue extends to the end of the video, however short rounding left its interval.
    const end = shown[index + 1]?.start ?? Math.max(durationSeconds, start + 0.001);
    return `${formatTimestamp(start)} --> ${formatTimestamp(end)}\n${region}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

/**
 * Rebases and rewrites the image address of each cue, keeping its `#xywh=` fragment at the end.
 * https://www.w3.org/TR/webvtt1/#file-structure
 *
 * @throws UnreadablePlaylistError if the text is not WebVTT
 */
export function rewriteStoryboard(text: string, uris: UriRewriter): string {
  if (!/^WEBVTT(?:[ \t]|\r?\n|$)/.test(text))
    throw new UnreadablePlaylistError('The storyboard does not begin with WEBVTT.');
  let isAfterTiming = false;
  // Lines and the line endings between them.
  return text.split(/(\r?\n|\r)/).map((piece, index) => {
    if (index % 2 === 1) return piece;
    const isImage = isAfterTiming && piece !== '';
    isAfterTiming = piece.includes('-->');
    return isImage ? rewriteReference(piece, uris) : piece;
  }).join('');
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

/** Formats seconds as `hh:mm:ss.ttt`. */
export function formatTimestamp(seconds: number): string {
  const totalMs = Math.round(seconds * 1000);
  const milliseconds = String(totalMs % 1000).padStart(3, '0');
  return `${twoDigits(totalMs / 3_600_000)}:${twoDigits((totalMs / 60_000) % 60)}:${twoDigits((totalMs / 1000) % 60)}.${milliseconds}`;
}
