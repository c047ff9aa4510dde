import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { signIn } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { hasUnsentFiles } from '../uploads/upload-list.ts';
import { InlineError } from './error-panel.tsx';

interface SignInButtonProps {
  readonly class: string;
  /** @default the current path */
  readonly returnTo?: string;
}

/** Starts a sign-in; in a new tab while this one has unsent files, which leaving the page would lose. */
export function SignInButton({ class: className, returnTo }: SignInButtonProps): VNode {
  const error = useSignal<ApiProblemError | null>(null);
  const begin = async (): Promise<void> => {
    error.value = null;
    try {
      await signIn(returnTo);
    } catch (reason) {
      error.value = toApiProblem(reason);
    }
  };
  if (hasUnsentFiles.value) {
    return (
      <a class={className} href="/signed-in?begin" target="_blank" title={t.signedOut.inNewTab}>
        {t.header.signIn}
      </a>
    );
  }
  return (
    <>
      <button type="button" class={className} onClick={() => void begin()}>
        {t.header.signIn}
      </button>
      <InlineError error={error.value} />
    </>
  );
}
