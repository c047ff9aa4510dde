import type { VNode } from 'preact';
import { catalogResuming } from '../api/call-api.ts';
import { AlertIcon, CheckIcon, CloseIcon } from '../icons/icons.tsx';
import { sessionState } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { NOTHING_DROPPED } from '../uploads/dropped-files.ts';
import { skippedDrop } from '../uploads/drop-zone.tsx';
import { listNames } from '../uploads/list-names.ts';
import { hasUnsentFiles } from '../uploads/upload-list.ts';
import { dismissMessage, messages } from './messages.ts';
import { online } from './online.ts';
import { SignInButton } from './sign-in-button.tsx';

function SessionEnded(): VNode | null {
  const state = sessionState.value;
  if (state.kind !== 'signed-out' || !state.ended) return null;
  return (
    <div class="notice notice-line">
      <p>{hasUnsentFiles.value ? t.signedOut.expiredUploading : t.signedOut.expired}</p>
      <SignInButton class="button button-small" />
    </div>
  );
}

function DismissButton({ onClick }: { onClick: () => void }): VNode {
  return (
    <button type="button" class="icon-button" aria-label={t.close} title={t.close} onClick={onClick}>
      <CloseIcon />
    </button>
  );
}

/** Folders and files of the last drop that were not taken, with the reason. */
function Skipped(): VNode | null {
  const { emptyFolders, unreadableFolders, unreadableFiles, systemFiles, files } = skippedDrop.value;
  const lines = [
    ...listNames(unreadableFiles, t.uploads.unreadableFiles),
    ...listNames(unreadableFolders, t.uploads.unreadableFolders),
    ...(files.length > 0 && unreadableFiles.length + unreadableFolders.length > 0 ? [t.uploads.restTaken] : []),
    ...listNames(emptyFolders, t.uploads.noVideosIn),
    ...listNames(systemFiles, t.uploads.systemFiles),
  ];
  return lines.length === 0 ? null : (
    <div class="notice notice-line">
      <div>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <DismissButton onClick={() => (skippedDrop.value = NOTHING_DROPPED)} />
    </div>
  );
}

function Messages(): VNode {
  return (
    <>
      {messages.value.map((message) => (
        <div key={message.text} class={`notice notice-line notice-${message.kind}`}>
          <p>
            {message.kind === 'done' ? <CheckIcon /> : <AlertIcon />}
            {message.text}
          </p>
          <DismissButton onClick={() => dismissMessage(message)} />
        </div>
      ))}
    </>
  );
}

/** Notices that concern the whole app, below the header. */
export function Notices(): VNode {
  return (
    <div role="status">
      {!online.value && <p class="notice">{t.notices.offline}</p>}
      {online.value && catalogResuming.value && <p class="notice">{t.notices.resuming}</p>}
      <SessionEnded />
      <Skipped />
      <Messages />
    </div>
  );
}
