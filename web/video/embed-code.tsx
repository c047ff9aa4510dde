import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { useVideoEditor } from './use-video-editor.ts';
import { writeEmbedSnippet } from './embed-snippet.ts';
import type { VideoState } from './video-state.ts';
import { choosePlayerSize } from './choose-player-size.ts';

/** Code that embeds the player in other pages. Embeds have no sign-in, so the video must be public. */
export function EmbedCode({ video, state }: { video: Video; state: VideoState }): VNode {
  const editor = useVideoEditor(video, state);
  const snippet = writeEmbedSnippet(location.origin, { ...video, ...choosePlayerSize(video) });
  return (
    <div class="share-part">
      <h3>{t.share.embed}</h3>
      <p class="hint">{t.share.embedText}</p>
      <textarea
        class="input code"
        readOnly
        rows={4}
        value={snippet}
        aria-label={t.share.embedCode}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div class="actions">
        <CopyButton text={snippet} />
        {video.visibility !== 'public' && video.editable && (
          <button
            type="button"
            class="button"
            disabled={editor.saving.value}
            onClick={() => void editor.save({ visibility: 'public' })}
          >
            {t.share.makePublic}
          </button>
        )}
      </div>
      {video.visibility !== 'public' && <p class="hint hint-warning">{t.share.embedNeedsPublic}</p>}
      <InlineError error={editor.error.value} />
    </div>
  );
}
