import { useSignal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { AlertIcon, FilmIcon } from '../icons/icons.tsx';
import { markPosterFailed } from './choose-newer-video.ts';
import { hasFailed } from './status.ts';

interface PosterProps {
  readonly video: Pick<VideoSummary, 'posterUrl' | 'status'>;
  /** Shown over the poster. */
  readonly children?: ComponentChildren;
}

/** Poster of a video, or an icon if there is none. */
export function Poster({ video, children }: PosterProps): VNode {
  // On a page that has long been open, the signature may have expired.
  const broken = useSignal<string | null>(null);
  const url = video.posterUrl === broken.value ? null : video.posterUrl;
  const onError = (): void => {
    broken.value = url;
    // The next response has a new URL, which is used then.
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
