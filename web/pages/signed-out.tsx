import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { asApiError, type ApiError } from '../api/problem.ts';
import { Mark } from '../icons/icons.tsx';
import { signIn } from '../session/session.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { ShortTrouble } from '../shell/trouble.tsx';
import { t } from '../texts/texts.ts';

/** What is shown to nobody in particular. */
export const SignedOut = (): VNode => {
  const error = useSignal<ApiError | null>(null);
  const begin = async (): Promise<void> => {
    error.value = null;
    try {
      await signIn();
    } catch (reason) {
      error.value = asApiError(reason);
    }
  };
  usePageTitle(t.appName);
  return (
    <div class="welcome">
      <Mark />
      <h1>{t.signedOut.title}</h1>
      <p>{t.signedOut.text}</p>
      <button type="button" class="button button-primary button-large" onClick={() => void begin()}>
        {t.header.signIn}
      </button>
      <ShortTrouble error={error.value} />
    </div>
  );
};
