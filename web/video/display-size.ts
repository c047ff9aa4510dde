import type { Video } from '../../lambdas/contracts/api/video.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Of what will be seen; wide until it is known. */
export function displaySize({ renditions, source }: Pick<Video, 'renditions' | 'source'>): Size {
  const { width = null, height = null } = renditions.find(({ kind }) => kind === 'video') ?? source.video ?? {};
  return width === null || height === null ? { width: 16, height: 9 } : { width, height };
}
