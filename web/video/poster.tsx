import { useSignal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { AlertIcon, FilmIcon } from '../icons/icons.tsx';
import { markPosterFailed } from './newer-video.ts';
import { hasFailed } from './status.ts';

interface PosterProps {
  readonly video: Pick<VideoSummary, 'posterUrl' | 'status'>;
  /** Laid over it. */
  readonly children?: ComponentChildren;
}

/** The picture that stands for a video, or one for what it is without. */
export function Poster({ video, children }: PosterProps): VNode {
  // The signature of a page that stood open for long may have expired.
  const broken = useSignal<string | null>(null);
  const url = video.posterUrl === broken.value ? null : video.posterUrl;
  const onError = (): void => {
    broken.value = url;
    // The next answer brings another, which is taken then.
    if (url !== null) markPosterFailed(url);
  };
  return (
    <div class={`poster ${url === null ? 'poster-empty rippled' : ''}`}>
      {url === null ? (
        hasFailed(video.status) ? <AlertIcon /> : <FilmIcon />
      ) : (
        <img src={url} alt="" loading="lazy" decoding="async" onError={onError} />
      )}
      {children}
    </div>
  );
}
