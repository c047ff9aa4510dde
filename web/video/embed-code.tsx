import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { announce } from '../shell/announcements.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { useVideoEditor } from './use-video-editor.ts';
import { writeEmbedSnippet } from './embed-snippet.ts';
import type { VideoState } from './video-state.ts';
import { choosePlayerSize } from './choose-player-size.ts';

interface EmbedCodeProps {
  readonly video: Video;
  readonly state: VideoState;
  /** Time at which the embed starts; null for the beginning. */
  readonly startSeconds: number | null;
}

/** Code that embeds the player in other pages. Embeds have no sign-in, so the video must be public. */
export function EmbedCode({ video, state, startSeconds }: EmbedCodeProps): VNode {
  const editor = useVideoEditor(video, state);
  const code = useRef<HTMLTextAreaElement>(null);
  const makePublic = async (): Promise<void> => {
    if (editor.saving.value || !(await editor.save({ visibility: 'public' }))) return;
    announce(t.visibility.changed(t.visibility.names.public));
    // The button is gone; the code is what comes next.
    code.current?.focus();
  };
  const snippet = writeEmbedSnippet(location.origin, { ...video, ...choosePlayerSize(video), startSeconds });
  return (
    <div class="share-part">
      <h3>{t.share.embed}</h3>
      <p class="hint">{t.share.embedText}</p>
      <textarea
        ref={code}
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
          <button type="button" class="button" aria-disabled={editor.saving.value} onClick={() => void makePublic()}>
            {t.share.makePublic}
          </button>
        )}
      </div>
      {video.visibility !== 'public' && <p class="hint hint-warning">{t.share.embedNeedsPublic}</p>}
      <InlineError error={editor.error.value} />
    </div>
  );
}
