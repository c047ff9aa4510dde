import { useSignal, type Signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH } from '../../lambdas/contracts/api/text-rules.ts';
import type { Video, VideoChange } from '../../lambdas/contracts/api/video.ts';
import { PencilIcon } from '../icons/icons.tsx';
import { session } from '../session/session.ts';
import { announce } from '../shell/announcements.ts';
import { isolateText } from '../texts/isolate-text.ts';
import { format, t } from '../texts/texts.ts';
import { EditInPlace } from './edit-in-place.tsx';
import { useVideoEditor, type VideoEditor } from './use-video-editor.ts';
import type { VideoState } from './video-state.ts';
import { StatusBadge } from './status-badge.tsx';
import { VISIBILITY_ICONS } from './visibility-icons.ts';

interface HeadingProps {
  readonly video: Video;
  readonly state: VideoState;
}

interface InPlaceEdit {
  readonly open: Signal<boolean>;
  readonly editor: VideoEditor;
  /** Button that opens the field and gets the focus back afterwards. */
  readonly button: { current: HTMLButtonElement | null };
  readonly close: () => void;
  readonly save: (change: VideoChange) => Promise<void>;
}

function useInPlaceEdit(video: Video, state: VideoState): InPlaceEdit {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const editor = useVideoEditor(video, state);
  const close = (): void => {
    open.value = false;
    requestAnimationFrame(() => button.current?.focus());
  };
  const save = async (change: VideoChange): Promise<void> => {
    if (!(await editor.save(change))) return;
    announce(t.video.saved);
    close();
  };
  return { open, editor, button, close, save };
}

function Facts({ video }: { video: Video }): VNode {
  const Visibility = VISIBILITY_ICONS[video.visibility];
  return (
    <p class="facts">
      <span class="fact">
        <Visibility />
        {t.visibility.names[video.visibility]}
      </span>
      <time dateTime={video.createdAt} title={format.dateTime(video.createdAt)}>
        {format.ago(video.createdAt, Date.now())}
      </time>
      {session.value !== null && (
        <span>{video.ownerName === null ? t.library.noOwner : t.video.by(isolateText(video.ownerName))}</span>
      )}
      {(video.withdrawnAt !== null || (video.status !== 'ready' && video.playable)) && <StatusBadge video={video} />}
    </p>
  );
}

export function Heading({ video, state }: HeadingProps): VNode {
  const { open, editor, button, close, save } = useInPlaceEdit(video, state);
  return (
    <div class="heading">
      {open.value && <h1 class="visually-hidden"><bdi>{video.title}</bdi></h1>}
      {open.value ? (
        <EditInPlace
          label={t.video.titleLabel}
          text={video.title}
          maxLength={MAX_TITLE_LENGTH}
          required
          editor={editor}
          onSave={(title) => void save({ title })}
          onCancel={close}
        />
      ) : (
        <div class="heading-line">
          <h1 dir="auto">{video.title}</h1>
          {video.editable && (
            <button
              ref={button}
              type="button"
              class="icon-button"
              aria-label={t.video.editTitle}
              title={t.video.editTitle}
              onClick={() => (open.value = true)}
            >
              <PencilIcon />
            </button>
          )}
        </div>
      )}
      <Facts video={video} />
    </div>
  );
}

export function Description({ video, state }: HeadingProps): VNode | null {
  const { open, editor, button, close, save } = useInPlaceEdit(video, state);
  if (open.value) {
    return (
      <EditInPlace
        label={t.video.descriptionLabel}
        text={video.description}
        maxLength={MAX_DESCRIPTION_LENGTH}
        lines={5}
        editor={editor}
        onSave={(description) => void save({ description })}
        onCancel={close}
      />
    );
  }
  if (video.description === '' && !video.editable) return null;
  return (
    <div class="description">
      {video.description !== '' && <p dir="auto">{video.description}</p>}
      {video.editable && (
        <button ref={button} type="button" class="link-button" onClick={() => (open.value = true)}>
          <PencilIcon />
          {video.description === '' ? t.video.addDescription : t.video.editDescription}
        </button>
      )}
    </div>
  );
}
