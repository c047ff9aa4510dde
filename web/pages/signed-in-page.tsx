import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { finishSignIn, signIn, sessionState } from '../session/session.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { t } from '../texts/texts.ts';

/** Where the issuer sends people back to. */
export const SignedInPage = (): VNode => {
  const { route } = useLocation();
  const failed = useSignal(false);
  usePageTitle(t.header.signIn);
  useEffect(() => {
    finishSignIn().then(
      (returnTo) => route(returnTo, true),
      () => {
        failed.value = true;
        sessionState.value = { kind: 'signed-out' };
      },
    );
    // Once: the code in the address is good for one exchange only.
  }, []);
  if (!failed.value) return <p class="page page-quiet" role="status">{t.signedOut.returning}</p>;
  return (
    <div class="welcome">
      <h1>{t.signedOut.failedTitle}</h1>
      <p>{t.signedOut.failedText}</p>
      <div class="actions">
        <button type="button" class="button button-primary" onClick={() => void signIn()}>
          {t.header.signIn}
        </button>
        <a class="button" href="/">
          {t.notFound.toLibrary}
        </a>
      </div>
    </div>
  );
};
