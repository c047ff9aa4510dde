import type { VNode } from 'preact';
import { Mark, UploadIcon } from '../icons/icons.tsx';
import { mayUpload, session, sessionState } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { FileButton } from '../uploads/file-button.tsx';
import { AccountMenu } from './account-menu.tsx';
import { SignInButton } from './sign-in-button.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

export function Header(): VNode {
  return (
    <header class="header">
      <a class="brand" href="/" aria-label={t.header.home}>
        <Mark />
        <span>{t.appName}</span>
      </a>
      <div class="header-actions">
        {mayUpload.value && (
          <FileButton class="button button-primary header-upload">
            <UploadIcon />
            <span>{t.header.upload}</span>
          </FileButton>
        )}
        <ThemeToggle />
        {session.value !== null && <AccountMenu session={session.value} />}
        {sessionState.value.kind === 'signed-out' && <SignInButton class="button" />}
      </div>
    </header>
  );
}
