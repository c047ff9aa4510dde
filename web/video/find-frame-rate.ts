import type { Video } from '../../lambdas/contracts/api/video.ts';

/** Returns the frames per second of a video: of its fastest rendition, since the slow ones leave frames out. */
export function findFrameRate({ renditions, source }: Pick<Video, 'renditions' | 'source'>): number | null {
  const rates = renditions.flatMap(({ frameRate }) => frameRate ?? []);
  return rates.length > 0 ? Math.max(...rates) : (source.video?.frameRate ?? null);
}
