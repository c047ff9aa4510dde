import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { hasMore, moreError, loadingMore, loadMore, listedVideos } from './library-list.ts';
import { VideoCard } from './video-card.tsx';

/** Loads more when its button nears the viewport; the button serves users who do not scroll. */
function More({ onClick }: { onClick: () => void }): VNode {
  const button = useRef<HTMLButtonElement>(null);
  const count = listedVideos.value?.length ?? 0;
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) loadMore();
      },
      { rootMargin: '400px' },
    );
    if (button.current !== null) observer.observe(button.current);
    return () => observer.disconnect();
    // Observe again after each page: a button that never left the viewport would not trigger a second time.
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
  const shown = listedVideos.value ?? [];
  const list = useRef<HTMLUListElement>(null);
  /** Index of the card to focus once it has loaded, since the “Show more” button moves or disappears. */
  const focusIndex = useRef<number | null>(null);
  const onMore = (): void => {
    focusIndex.current = shown.length;
    loadMore();
  };
  useEffect(() => {
    if (focusIndex.current === null || shown.length <= focusIndex.current) return;
    list.current?.children[focusIndex.current]?.querySelector('a')?.focus({ preventScroll: true });
    focusIndex.current = null;
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

const SKELETON_INDEXES = Array.from({ length: 8 }, (_, index) => index);

export function SkeletonGrid(): VNode {
  return (
    <div aria-busy="true">
      <p class="visually-hidden" role="status">
        {t.loading}
      </p>
      <ul class="grid" aria-hidden="true">
        {SKELETON_INDEXES.map((index) => (
          <li key={index} class="card card-skeleton">
            <div class="poster" />
            <div class="skeleton-line" />
            <div class="skeleton-line skeleton-short" />
          </li>
        ))}
      </ul>
    </div>
  );
}
