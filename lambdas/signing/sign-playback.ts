import type { FilmFacts } from '../../catalog/schema/just-in-time-facts.ts';
import type { Playable, PlayableVideo } from '../../catalog/videos/find-playable.ts';
import {
  DASH_MANIFEST,
  encodePrefix,
  HLS_PLAYLIST,
  POSTER,
  sourcePrefix,
  STORYBOARD,
  videoPrefix,
} from '../contracts/output-layout.ts';
import {
  playbackRequestSchema,
  type Playback,
  type PlaybackRefusal,
  type PlaybackRequest,
} from '../contracts/playback.ts';
import { COPY_PARAMETER } from '../contracts/playlist-parameters.ts';
import { encodeCopy } from './native-parameters.ts';
import { signVideo, type VideoSigner } from './sign-video.ts';

export interface PlaybackSources {
  readonly findPlayable: (videoId: string) => Promise<Playable>;
  readonly signer: () => Promise<VideoSigner>;
  readonly now: () => Date;
  /** Whether the caller may request a longer lifetime than the default. @default false */
  readonly mayExtend?: boolean;
  /** Time for which a cache may hold the response before a viewer receives it, in milliseconds. @default 0 */
  readonly heldMs?: number;
}

const HOUR_MS = 3_600_000;
const MAX_LIFETIME_MS = 7 * 24 * HOUR_MS;

/** Signs the URLs of a video. @returns the URLs, or the reason for a refusal; throws only if a retry can help */
export async function signPlayback(sources: PlaybackSources, request: unknown): Promise<Playback | PlaybackRefusal> {
  const parsed = playbackRequestSchema.safeParse(request);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
    return { error: 'invalid_request', message: problems.join('; ') };
  }
  const { videoId } = parsed.data;
  const playable = await sources.findPlayable(videoId);
  if (playable.state === 'not_found') return { error: 'video_not_found', message: `Video ${videoId} does not exist.` };
  if (playable.state === 'not_ready') {
    return { error: 'video_not_ready', message: `Video ${videoId} is not ready yet.` };
  }
  if (playable.state === 'withdrawn') return { error: 'video_withdrawn', message: `Video ${videoId} is withdrawn.` };
  const expiresAt = expiryOf(sources, parsed.data, playable.durationMs);
  return signUrls(await sources.signer(), playable, expiresAt);
}

/** Allows watching to the end with an hour of pauses, and at least two hours. */
function expiryOf(
  { now, mayExtend = false, heldMs = 0 }: PlaybackSources,
  { expiresInSeconds }: PlaybackRequest,
  durationMs: number,
): Date {
  const defaultMs = Math.min(Math.max(durationMs + HOUR_MS, 2 * HOUR_MS), MAX_LIFETIME_MS - heldMs);
  const requestedMs = expiresInSeconds === undefined ? defaultMs : expiresInSeconds * 1000;
  const lifetimeMs = mayExtend ? requestedMs : Math.min(requestedMs, defaultMs);
  return new Date(Math.floor((now().getTime() + lifetimeMs + heldMs) / 1000) * 1000);
}

function signUrls(signer: VideoSigner, { videoId, revision, durationMs, ...plays }: PlayableVideo, expiresAt: Date): Playback {
  const native = signVideo(signer, videoId, expiresAt);
  const playlistUrl = (key: string): string => `${signer.edgeUrl}/${key}?${native}&${COPY_PARAMETER}=${encodeCopy(native)}`;
  const encoded = plays.encode === null ? null : encodePrefix({ videoId, ...plays.encode });
  // Until the first pointer is written, the renditions have only an address of their own.
  const player = plays.hasPermanentAddress || encoded === null ? videoPrefix(videoId) : encoded;
  const { pageSource } = plays;
  return {
    videoId,
    revision,
    hlsUrl: playlistUrl(`${player}${HLS_PLAYLIST}`),
    dashUrl: playlistUrl(`${player}${DASH_MANIFEST}`),
    plays: plays.hasPermanentAddress || encoded !== null ? 'everywhere' : 'page',
    page: pageSource === null ? null : pageOf(pageSource.film, playlistUrl(`${sourcePrefix({ videoId, revision: pageSource.revision })}${HLS_PLAYLIST}`)),
    posterUrl: encoded === null ? null : `${signer.edgeUrl}/${encoded}${POSTER}?${native}`,
    storyboardUrl: encoded === null ? null : playlistUrl(`${encoded}${STORYBOARD}`),
    durationMs,
    expiresAt: expiresAt.toISOString(),
  };
}

function pageOf({ mediaTypes, orientation }: FilmFacts, hlsUrl: string): Playback['page'] {
  return { hlsUrl, mediaTypes: [...mediaTypes], orientation };
}
