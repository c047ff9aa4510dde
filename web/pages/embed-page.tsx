import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { ApiProblemError } from '../api/api-problem.ts';
import { getPlayback, getVideo } from '../api/operations.ts';
import { LazyPlayer } from '../player/lazy-player.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { explain, t } from '../texts/texts.ts';

type EmbedState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'plays'; readonly video: Video; readonly playback: Playback }
  | { readonly kind: 'not-ready' }
  | { readonly kind: 'unavailable'; readonly text: string };

async function read(videoId: string): Promise<EmbedState> {
  try {
    const video = await getVideo(videoId);
    return video.playable ? { kind: 'plays', video, playback: await getPlayback(videoId) } : { kind: 'not-ready' };
  } catch (error) {
    const gone = !(error instanceof ApiProblemError) || (error.status >= 400 && error.status < 500);
    return { kind: 'unavailable', text: gone ? t.embed.unavailable : explain(error.code, error.detail).what };
  }
}

/** `/embed/<id>`: the player alone, as large as its frame, for whoever comes by. */
export function EmbedPage(): VNode {
  const videoId = location.pathname.split('/')[2] ?? '';
  const embedded = useSignal<EmbedState>({ kind: 'loading' });
  useEffect(() => {
    void read(videoId).then((result) => (embedded.value = result));
  }, [videoId, embedded]);
  const now = embedded.value;
  usePageTitle(now.kind === 'plays' ? now.video.title : null);
  if (now.kind === 'plays') {
    return (
      <main class="embed">
        <h1 class="visually-hidden">{now.video.title}</h1>
        <LazyPlayer playback={now.playback} posterUrl={now.video.posterUrl} />
        <a class="embed-title" href={`/videos/${videoId}`} target="_blank" rel="noopener" title={t.embed.watchOn}>
          {now.video.title}
        </a>
      </main>
    );
  }
  return (
    <main class="embed embed-message" aria-busy={now.kind === 'loading'}>
      <p role="status">
        {now.kind === 'loading' ? t.loading : now.kind === 'not-ready' ? t.embed.notReady : now.text}
      </p>
    </main>
  );
}
