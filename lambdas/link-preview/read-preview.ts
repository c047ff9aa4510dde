import { videoSchema } from '../contracts/api/video.ts';
import { POSTER, videoPrefix } from '../contracts/output-layout.ts';

/** Details of a video that anyone with the link may see. */
export interface VideoPreview {
  readonly title: string;
  readonly description: string;
  /** Key of the poster in the output bucket; null while the video cannot be played. */
  readonly posterKey: string | null;
}

/** The API responded with neither a video nor that it does not exist. */
export class PreviewUnavailableError extends Error {
  override readonly name = 'PreviewUnavailableError';
  readonly code = 'preview_unavailable';
  readonly retryable = true;
}

const responseSchema = videoSchema.pick({ title: true, description: true, posterUrl: true });

/**
 * Reads the preview of a video from the API as a signed-out visitor gets it, which the edge usually has: a preview does not
 * wake a paused database, and is gone together with the API's response.
 *
 * @param origin scheme and authority of the edge
 * @returns undefined unless the video is public
 * @throws PreviewUnavailableError, for instance while the catalog resumes
 */
export async function readPreview(
  origin: string,
  videoId: string,
  signal: AbortSignal,
): Promise<VideoPreview | undefined> {
  const response = await fetch(`${origin}/api/videos/${videoId}`, { signal, redirect: 'error' });
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw new PreviewUnavailableError(`The API responded with the status ${response.status}.`);
  const { title, description, posterUrl } = responseSchema.parse(await response.json());
  return { title, description, posterKey: posterUrl === null ? null : posterKeyOf(posterUrl, videoId) };
}

/** Returns the key of a poster, which the function signs. @throws PreviewUnavailableError if it is not one of this video */
function posterKeyOf(posterUrl: string, videoId: string): string {
  const key = new URL(posterUrl).pathname.slice(1);
  if (key.startsWith(videoPrefix(videoId)) && key.endsWith(`/${POSTER}`)) return key;
  throw new PreviewUnavailableError(`The API responded with '${key}', which is not a poster of video ${videoId}.`);
}
