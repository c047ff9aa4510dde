import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { t } from '../texts/texts.ts';
import { EmbedCode } from './embed-code.tsx';
import type { VideoState } from './video-state.ts';
import { SignedUrl } from './signed-url.tsx';

/** Links, signed URLs and embed code of a video. */
export function Share({ video, state }: { video: Video; state: VideoState }): VNode {
  return (
    <section class="panel share" aria-labelledby="share-title">
      <h2 id="share-title">{t.share.title}</h2>
      <div class="actions">
        <CopyButton text={`${location.origin}/videos/${video.id}`}>{t.share.copyLink}</CopyButton>
        <CopyButton text={video.id}>{t.video.copyId}</CopyButton>
      </div>
      {video.playable && <SignedUrl video={video} />}
      {video.playable && <EmbedCode video={video} state={state} />}
    </section>
  );
}
