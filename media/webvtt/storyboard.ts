/** Geometry of the tiled images, as the encoder was asked for them. */
export interface StoryboardGeometry {
  readonly intervalSeconds: number;
  readonly thumbnail: { readonly width: number; readonly height: number };
  readonly columns: number;
  readonly rows: number;
}

/**
 * A WebVTT file whose cues name a region of an image each, as players expect of thumbnails.
 * https://www.w3.org/TR/webvtt1/ and https://www.w3.org/TR/media-frags/#naming-space
 *
 * @param images names of the tiled images in their order, relative to the file
 */
export function writeStoryboard(
  images: readonly string[],
  { intervalSeconds, thumbnail: { width, height }, columns, rows }: StoryboardGeometry,
  durationSeconds: number,
): string {
  const perImage = columns * rows;
  const count = Math.min(Math.max(1, Math.ceil(durationSeconds / intervalSeconds)), images.length * perImage);
  const cues = Array.from({ length: count }, (_, index) => {
    const start = index * intervalSeconds;
    // The last cue lasts to the end, whatever rounding left of it.
    const end = index === count - 1 ? Math.max(durationSeconds, start + 0.001) : start + intervalSeconds;
    const place = index % perImage;
    const x = (place % columns) * width;
    const y = Math.floor(place / columns) * height;
    const image = images[Math.floor(index / perImage)] ?? '';
    return `${timestamp(start)} --> ${timestamp(end)}\n${image}#xywh=${x},${y},${width},${height}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

/** `hh:mm:ss.ttt` */
export function timestamp(seconds: number): string {
  const totalMs = Math.round(seconds * 1000);
  const rest = String(totalMs % 1000).padStart(3, '0');
  return `${two(totalMs / 3_600_000)}:${two((totalMs / 60_000) % 60)}:${two((totalMs / 1000) % 60)}.${rest}`;
}
