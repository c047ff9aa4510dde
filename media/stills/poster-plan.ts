/** Still pictures from which the poster is chosen: the first frame, then one each interval. */
export interface PosterPlan {
  readonly intervalSeconds: number;
  readonly captures: number;
}

const CANDIDATES = 6;

/** Six candidates spread over the video, fewer where it is shorter than six seconds. */
export function planPosterFrames(durationSeconds: number): PosterPlan {
  const intervalSeconds = Math.max(1, Math.floor(durationSeconds / CANDIDATES));
  return { intervalSeconds, captures: Math.max(1, Math.min(CANDIDATES, Math.ceil(durationSeconds / intervalSeconds))) };
}
