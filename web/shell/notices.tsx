import type { VNode } from 'preact';
import { catalogResuming } from '../api/call-api.ts';
import { CloseIcon } from '../icons/icons.tsx';
import { sessionState } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { emptyFolders } from '../uploads/drop-zone.tsx';
import { hasUnsentFiles } from '../uploads/upload-list.ts';
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

function EmptyFolders(): VNode | null {
  return emptyFolders.value.length === 0 ? null : (
    <div class="notice notice-line">
      <p>{emptyFolders.value.map(t.uploads.noVideosIn).join(' ')}</p>
      <button type="button" class="icon-button" aria-label={t.close} onClick={() => (emptyFolders.value = [])}>
        <CloseIcon />
      </button>
    </div>
  );
}

/** Notices that concern the whole app, below the header. */
export function Notices(): VNode {
  return (
    <div role="status">
      {!online.value && <p class="notice">{t.notices.offline}</p>}
      {online.value && catalogResuming.value && <p class="notice">{t.notices.resuming}</p>}
      <SessionEnded />
      <EmptyFolders />
    </div>
  );
}
