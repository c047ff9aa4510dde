import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../texts/texts.ts';
import { hasMore, readingMore, readMore, videos } from './library.ts';
import { VideoCard } from './video-card.tsx';

/** Reads on when its button comes near the view; the button is there for whoever does not scroll. */
const More = (): VNode => {
  const button = useRef<HTMLButtonElement>(null);
  const count = videos.value?.length ?? 0;
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) readMore();
      },
      { rootMargin: '400px' },
    );
    if (button.current !== null) observer.observe(button.current);
    return () => observer.disconnect();
    // Watched anew after each page: a button that never left the view would not be noticed again.
  }, [count]);
  return (
    <div class="more">
      <button ref={button} type="button" class="button" disabled={readingMore.value} onClick={readMore}>
        {readingMore.value ? t.library.loadingMore : t.library.more}
      </button>
    </div>
  );
};

export const VideoGrid = (): VNode => {
  const shown = videos.value ?? [];
  return (
    <>
      <ul class="grid">
        {shown.map((video) => (
          <VideoCard key={video.id} video={video} />
        ))}
      </ul>
      {hasMore.value && <More />}
      <p class="visually-hidden" role="status">
        {t.library.shown(shown.length)}
      </p>
    </>
  );
};

const PLACES = Array.from({ length: 8 }, (_, index) => index);

export const SkeletonGrid = (): VNode => (
  <div aria-busy="true">
    <p class="visually-hidden" role="status">
      {t.loading}
    </p>
    <ul class="grid" aria-hidden="true">
      {PLACES.map((place) => (
        <li key={place} class="card card-skeleton">
          <div class="poster" />
          <div class="skeleton-line" />
          <div class="skeleton-line skeleton-short" />
        </li>
      ))}
    </ul>
  </div>
);
