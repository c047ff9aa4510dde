import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { ApiProblemError } from '../api/api-problem.ts';
import { getPlayback, getVideo } from '../api/operations.ts';
import { chooseStream } from '../player/choose-stream.ts';
import { LazyPlayer } from '../player/lazy-player.tsx';
import { parseStartTime } from '../player/start-time.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { ShortcutsDialog } from '../shell/shortcuts-dialog.tsx';
import { explain, t } from '../texts/texts.ts';
import { findFrameRate } from '../video/find-frame-rate.ts';

type EmbedState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'playing'; readonly video: Video; readonly playback: Playback }
  | { readonly kind: 'not-ready' }
  | { readonly kind: 'unavailable'; readonly text: string };

async function loadEmbed(videoId: string): Promise<EmbedState> {
  try {
    const video = await getVideo(videoId);
    if (video.withdrawnAt !== null) return { kind: 'unavailable', text: t.embed.unavailable };
    if (!video.playable) return { kind: 'not-ready' };
    const playback = await getPlayback(videoId);
    return chooseStream(playback) === undefined ? { kind: 'not-ready' } : { kind: 'playing', video, playback };
  } catch (error) {
    const isUnavailable = !(error instanceof ApiProblemError) || (error.status >= 400 && error.status < 500);
    return { kind: 'unavailable', text: isUnavailable ? t.embed.unavailable : explain(error.code, error.detail).what };
  }
}

/** `/embed/<id>`: the player alone, filling its frame, for signed-out visitors. */
export function EmbedPage(): VNode {
  const videoId = location.pathname.split('/')[2] ?? '';
  const embed = useSignal<EmbedState>({ kind: 'loading' });
  useEffect(() => {
    void loadEmbed(videoId).then((result) => (embed.value = result));
  }, [videoId, embed]);
  const state = embed.value;
  usePageTitle(state.kind === 'playing' ? state.video.title : null);
  if (state.kind === 'playing') {
    return (
      <main class="embed">
        <h1 class="visually-hidden"><bdi>{state.video.title}</bdi></h1>
        <LazyPlayer
          playback={state.playback}
          posterUrl={state.video.posterUrl}
          startSeconds={parseStartTime(new URLSearchParams(location.search).get('t'))}
          frameRate={findFrameRate(state.video)}
        />
        <a class="embed-title" href={`/videos/${videoId}`} target="_blank" rel="noopener" title={t.embed.watchOn}>
          <bdi>{state.video.title}</bdi>
        </a>
        <ShortcutsDialog />
      </main>
    );
  }
  return (
    <main class="embed embed-message" aria-busy={state.kind === 'loading'}>
      <p role="status">
        {state.kind === 'loading' ? t.loading : state.kind === 'not-ready' ? t.embed.notReady : state.text}
      </p>
    </main>
  );
}
