import type { VNode } from 'preact';
import { Mark } from '../icons/icons.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { SignInButton } from '../shell/sign-in-button.tsx';
import { t } from '../texts/texts.ts';

/** Start page for signed-out visitors. */
export function WelcomePage(): VNode {
  usePageTitle(t.appName);
  return (
    <div class="welcome">
      <Mark />
      <h1>{t.signedOut.title}</h1>
      <p>{t.signedOut.text}</p>
      <SignInButton class="button button-primary button-large" />
    </div>
  );
}
