import { useSignal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { AlertIcon, FilmIcon } from '../icons/icons.tsx';

interface PosterProps {
  readonly video: Pick<VideoSummary, 'posterUrl' | 'status'>;
  /** Laid over it. */
  readonly children?: ComponentChildren;
}

/** The picture that stands for a video, or one for what it is without. */
export const Poster = ({ video, children }: PosterProps): VNode => {
  // The signature of a page that stood open for long may have expired.
  const broken = useSignal<string | null>(null);
  const url = video.posterUrl === broken.value ? null : video.posterUrl;
  const ended = video.status === 'rejected' || video.status === 'failed';
  return (
    <div class={`poster ${url === null ? 'poster-empty rippled' : ''}`}>
      {url === null ? (
        ended ? <AlertIcon /> : <FilmIcon />
      ) : (
        <img src={url} alt="" loading="lazy" decoding="async" onError={() => (broken.value = url)} />
      )}
      {children}
    </div>
  );
};
