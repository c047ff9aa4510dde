import type { StoryboardLayout } from '../stills/storyboard-layout.ts';
import { UnreadablePlaylistError } from '../unreadable-playlist-error.ts';
import type { UriRewriter } from '../uri-rewriter.ts';

/**
 * Writes a WebVTT file whose cues each name a region of an image, as players expect of thumbnails.
 * https://www.w3.org/TR/webvtt1/ and https://www.w3.org/TR/media-frags/#naming-space
 *
 * @param images names of the tiled images in order, relative to the file
 */
export function writeStoryboard(
  images: readonly string[],
  { intervalSeconds, thumbnail: { width, height }, columns, rows }: StoryboardLayout,
  durationSeconds: number,
): string {
  const perImage = columns * rows;
  const count = Math.min(Math.max(1, Math.ceil(durationSeconds / intervalSeconds)), images.length * perImage);
  const cues = Array.from({ length: count }, (_, index) => {
    const start = index * intervalSeconds;
    // The last cue extends to the end of the video, however short rounding left its interval.
    const end = index === count - 1 ? Math.max(durationSeconds, start + 0.001) : start + intervalSeconds;
    const position = index % perImage;
    const x = (position % columns) * width;
    const y = Math.floor(position / columns) * height;
    const image = images[Math.floor(index / perImage)] ?? '';
    return `${formatTimestamp(start)} --> ${formatTimestamp(end)}\n${image}#xywh=${x},${y},${width},${height}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

/** The parts of a cue that rewriting needs: its timing line and the first line of its payload. */
const CUE = /^([^\r\n]*-->[^\r\n]*\r?\n)([^\r\n]+)/gm;

/**
 * Rewrites the image address of each cue, keeping its `#xywh=` fragment at the end.
 * https://www.w3.org/TR/webvtt1/#file-structure
 *
 * @throws UnreadablePlaylistError if the text is not WebVTT
 */
export function rewriteStoryboard(text: string, uris: UriRewriter): string {
  if (!/^WEBVTT(?:[ \t]|\r?\n|$)/.test(text))
    throw new UnreadablePlaylistError('The storyboard does not begin with WEBVTT.');
  return text.replace(CUE, (_cue, timing: string, image: string) => timing + uris.rewrite(image));
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
