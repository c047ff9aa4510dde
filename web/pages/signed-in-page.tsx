import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { finishSignIn, sessionState, signIn } from '../session/session.ts';
import { SignInButton } from '../shell/sign-in-button.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { explain, t } from '../texts/texts.ts';

/** Returns whether the page should start a sign-in itself, as in a tab opened for it. */
function isSignInRequested(): boolean {
  return new URLSearchParams(location.search).has('begin');
}

/** Returns what to tell about a failed sign-in; the errors of the issuer say nothing that helps a visitor. */
function failureText({ code, detail }: ApiProblemError): string {
  if (code !== 'storage_blocked') return t.signedOut.failedText;
  const { what, next } = explain(code, detail);
  return `${what} ${next}`;
}

/** Page that the issuer redirects to after a sign-in. */
export function SignedInPage(): VNode {
  const { route } = useLocation();
  const error = useSignal<ApiProblemError | null>(null);
  usePageTitle(t.header.signIn);
  useEffect(() => {
    const step = isSignInRequested() ? signIn('/') : finishSignIn().then((returnTo) => route(returnTo, true));
    step.catch((reason: unknown) => {
      error.value = toApiProblem(reason);
      sessionState.value = { kind: 'signed-out', ended: false };
    });
    // Run once: the code in the URL is valid for a single exchange.
  }, []);
  if (error.value === null)
    return (
      <p class="page page-quiet" role="status">
        {isSignInRequested() ? t.signedOut.redirecting : t.signedOut.signingIn}
      </p>
    );
  return (
    <div class="welcome">
      <h1>{t.signedOut.failedTitle}</h1>
      <p>{failureText(error.value)}</p>
      <div class="actions">
        <SignInButton class="button button-primary" returnTo="/" />
        <a class="button" href="/">
          {t.notFound.toLibrary}
        </a>
      </div>
    </div>
  );
}
