import type { Video } from '../../lambdas/contracts/api/video.ts';

interface PlayerSize {
  readonly width: number;
  readonly height: number;
}

/** Returns the size at which the video is shown; 16 : 9 until it is known. */
export function choosePlayerSize({ renditions, source }: Pick<Video, 'renditions' | 'source'>): PlayerSize {
  const { width = null, height = null } = renditions.find(({ kind }) => kind === 'video') ?? source.video ?? {};
  return width === null || height === null ? { width: 16, height: 9 } : { width, height };
}
