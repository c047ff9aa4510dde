/**
 * Location of an encode in the output bucket. The same path, with a leading slash, is the path at the edge. It is ASCII
 * only, so that the special characters of source keys never reach signatures and policies.
 */
export interface EncodeLocation {
  /** UUID */
  readonly videoId: string;
  /** Counts from 1 for each video. */
  readonly revision: number;
  /** Lower-case letters and digits. */
  readonly attemptId: string;
}

/** Returns `v/<videoId>/`, the prefix that one signed URL covers. */
export function videoPrefix(videoId: string): string {
  return `v/${videoId}/`;
}

/** Returns `v/<videoId>/<revision>/`, the prefix of every attempt at one upload. */
export function revisionPrefix({ videoId, revision }: Pick<EncodeLocation, 'videoId' | 'revision'>): string {
  return `${videoPrefix(videoId)}${revision}/`;
}

/** Returns `v/<videoId>/<revision>/<attemptId>/`. */
export function encodePrefix(location: EncodeLocation): string {
  return `${revisionPrefix(location)}${location.attemptId}/`;
}

/** Returns `v/<videoId>/mp4hls/pointer`, the key of the object that says what plays at a video's permanent address. */
export function pointerKey(videoId: string): string {
  return `${videoPrefix(videoId)}mp4hls/pointer`;
}

/** Returns `v/<videoId>/<revision>/mp4hls/`, the prefix of what is packaged from a revision's source just in time. */
export function sourcePrefix(revision: Pick<EncodeLocation, 'videoId' | 'revision'>): string {
  return `${revisionPrefix(revision)}mp4hls/`;
}

/** Returns the key of the index from which a revision's source is packaged. */
export function indexKey(revision: Pick<EncodeLocation, 'videoId' | 'revision'>): string {
  return `${sourcePrefix(revision)}index`;
}

/** Key of the object that holds the reconciler's run in progress and last report. Nothing serves it, since it has no tag. */
export const RECONCILIATION_KEY = 'operations/reconciliation.json';

/** Names below an encode's prefix. */
export const MANIFEST_BASE_NAME = 'index';
export const HLS_PLAYLIST = 'index.m3u8';
export const DASH_MANIFEST = 'index.mpd';
/** Candidate frames for the poster, written by the encoder. */
export const POSTER_FRAMES_PREFIX = 'frames/';
export const POSTER = 'poster.jpg';
export const STORYBOARD = 'storyboard.vtt';
export const METADATA = 'metadata.json';

/** Tag of every object that viewers may fetch; the bucket policy requires it. */
export const PUBLISHED_TAG = { key: 'sluice:published', value: 'true' } as const;
/** Value of the `x-amz-tagging` header of a request that writes a published object. */
export const PUBLISHED_TAGGING = `${encodeURIComponent(PUBLISHED_TAG.key)}=${PUBLISHED_TAG.value}`;

/** Tag of every object of a superseded revision that is archived after its grace; a lifecycle rule moves them. */
export const ARCHIVED_TAG = { key: 'sluice:archived', value: 'true' } as const;
