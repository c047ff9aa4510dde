import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { addStartTime } from '../player/start-time.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { t } from '../texts/texts.ts';
import { EmbedCode } from './embed-code.tsx';
import type { VideoState } from './video-state.ts';
import { StartAt } from './start-at.tsx';
import { SignedUrl } from './signed-url.tsx';

/** Links, signed URLs and embed code of a video. */
export function Share({ video, state }: { video: Video; state: VideoState }): VNode {
  const startSeconds = useSignal<number | null>(null);
  return (
    <section class="panel share" aria-labelledby="share-title">
      <h2 id="share-title">{t.share.title}</h2>
      <div class="actions">
        <CopyButton text={addStartTime(`${location.origin}/videos/${video.id}`, startSeconds.value)}>
          {t.share.copyLink}
        </CopyButton>
        <CopyButton text={video.id}>{t.video.copyId}</CopyButton>
      </div>
      {video.playable && <StartAt videoId={video.id} durationMs={video.durationMs} startSeconds={startSeconds} />}
      {video.playable && <SignedUrl video={video} />}
      {video.playable && <EmbedCode video={video} state={state} startSeconds={startSeconds.value} />}
    </section>
  );
}
