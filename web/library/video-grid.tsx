import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { hasMore, moreError, loadingMore, loadMore, videos } from './library-list.ts';
import { VideoCard } from './video-card.tsx';

/** Reads on when its button comes near the view; the button is there for whoever does not scroll. */
function More({ onClick }: { onClick: () => void }): VNode {
  const button = useRef<HTMLButtonElement>(null);
  const count = videos.value?.length ?? 0;
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) loadMore();
      },
      { rootMargin: '400px' },
    );
    if (button.current !== null) observer.observe(button.current);
    return () => observer.disconnect();
    // Watched anew after each page: a button that never left the view would not be noticed again.
  }, [count]);
  return (
    <div class="more">
      <InlineError error={moreError.value} />
      <button ref={button} type="button" class="button" aria-busy={loadingMore.value} onClick={onClick}>
        {loadingMore.value ? t.library.loadingMore : t.library.showMore}
      </button>
    </div>
  );
}

export function VideoGrid(): VNode {
  const shown = videos.value ?? [];
  const list = useRef<HTMLUListElement>(null);
  /** Which card is to have the focus when it comes: the button that asked for it moves on, or goes. */
  const awaited = useRef<number | null>(null);
  const onMore = (): void => {
    awaited.current = shown.length;
    loadMore();
  };
  useEffect(() => {
    if (awaited.current === null || shown.length <= awaited.current) return;
    list.current?.children[awaited.current]?.querySelector('a')?.focus({ preventScroll: true });
    awaited.current = null;
  }, [shown.length]);
  return (
    <>
      <ul ref={list} class="grid">
        {shown.map((video) => (
          <VideoCard key={video.id} video={video} />
        ))}
      </ul>
      {hasMore.value && <More onClick={onMore} />}
      <p class="visually-hidden" role="status">
        {t.library.shown(shown.length)}
      </p>
    </>
  );
}

const PLACES = Array.from({ length: 8 }, (_, index) => index);

export function SkeletonGrid(): VNode {
  return (
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
}
