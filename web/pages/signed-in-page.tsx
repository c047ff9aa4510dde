import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { finishSignIn, sessionState, signIn } from '../session/session.ts';
import { SignInButton } from '../shell/sign-in-button.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { t } from '../texts/texts.ts';

/** Returns whether the page should start a sign-in itself, as in a tab opened for it. */
function isSignInRequested(): boolean {
  return new URLSearchParams(location.search).has('begin');
}

/** Page that the issuer redirects to after a sign-in. */
export function SignedInPage(): VNode {
  const { route } = useLocation();
  const failed = useSignal(false);
  usePageTitle(t.header.signIn);
  useEffect(() => {
    const step = isSignInRequested() ? signIn('/') : finishSignIn().then((returnTo) => route(returnTo, true));
    step.catch(
      () => {
        failed.value = true;
        sessionState.value = { kind: 'signed-out', ended: false };
      },
    );
    // Run once: the code in the URL is valid for a single exchange.
  }, []);
  if (!failed.value)
    return (
      <p class="page page-quiet" role="status">
        {isSignInRequested() ? t.signedOut.redirecting : t.signedOut.signingIn}
      </p>
    );
  return (
    <div class="welcome">
      <h1>{t.signedOut.failedTitle}</h1>
      <p>{t.signedOut.failedText}</p>
      <div class="actions">
        <SignInButton class="button button-primary" returnTo="/" />
        <a class="button" href="/">
          {t.notFound.toLibrary}
        </a>
      </div>
    </div>
  );
}
