import type { VNode } from 'preact';
import type { Session } from '../../lambdas/contracts/api/session.ts';
import { signOut } from '../session/session.ts';
import { openShortcuts } from './shortcuts-dialog.tsx';
import { t } from '../texts/texts.ts';

export function AccountMenu({ session }: { session: Session }): VNode {
  return (
    <>
      <button
        type="button"
        class="account-button"
        popovertarget="account-menu"
        aria-label={t.header.account(session.name)}
        title={session.name}
      >
        <span aria-hidden="true">{(Array.from(session.name)[0] ?? '?').toLocaleUpperCase()}</span>
      </button>
      <div id="account-menu" class="menu" popover="auto">
        <p class="menu-name" dir="auto">{session.name}</p>
        <p class="menu-role">{t.header.roles[session.role]}</p>
        <button type="button" class="button button-wide menu-shortcuts" onClick={openShortcuts}>
          {t.shortcuts.title}
        </button>
        <button type="button" class="button button-wide" onClick={() => void signOut()}>
          {t.header.signOut}
        </button>
      </div>
    </>
  );
}
