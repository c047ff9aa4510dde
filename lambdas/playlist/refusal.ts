/** A response without a playlist. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: 400 | 403 | 404 | 405 | 503;
  /** Body, without its line ending. */
  readonly message: string;
}

/** Time after which a player may repeat a request that got 503, seconds. */
export const RETRY_AFTER_SECONDS = 1;

/** The same for missing, unpublished, withdrawn and unsigned playlists, so that it reveals nothing. */
export const FORBIDDEN: Refusal = { kind: 'refused', status: 403, message: 'Forbidden' };

export const METHOD_NOT_ALLOWED: Refusal = { kind: 'refused', status: 405, message: 'Method Not Allowed' };

/** The index from which the video plays is missing or must be made again, which takes seconds. */
export const PREPARING: Refusal = {
  kind: 'refused',
  status: 503,
  message: 'The video is being prepared. Try again in a moment.',
};

export function badRequest(message: string): Refusal {
  return { kind: 'refused', status: 400, message };
}

export function notFound(message: string): Refusal {
  return { kind: 'refused', status: 404, message };
}
