import { useSignal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CheckIcon, CopyIcon } from '../icons/icons.tsx';
import { t } from '../texts/texts.ts';
import { announce } from './announcements.ts';

const SHOWN_MS = 2000;

/** Text to copy by hand, for browsers and pages without TLS that deny access to the clipboard. */
function CopyManually({ text }: { text: string }): VNode {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <span class="copy-manually" role="alert">
      <span class="hint">{t.cannotCopy}</span>
      <input ref={field} class="input code" readOnly value={text} aria-label={t.copy} />
    </span>
  );
}

interface CopyButtonProps {
  readonly text: string;
  readonly children?: ComponentChildren;
}

export function CopyButton({ text, children = t.copy }: CopyButtonProps): VNode {
  const state = useSignal<'idle' | 'copied' | 'denied'>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      state.value = 'denied';
      return;
    }
    state.value = 'copied';
    announce(t.copied);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => (state.value = 'idle'), SHOWN_MS);
  };
  const copied = state.value === 'copied';
  return (
    <>
      <button type="button" class="button" onClick={() => void copy()}>
        {copied ? <CheckIcon /> : <CopyIcon />}
        {/* Both labels take their space, so that the change moves nothing beside the button. */}
        <span class="copy-labels">
          <span class={copied ? 'copy-hidden' : ''}>{children}</span>
          <span class={copied ? '' : 'copy-hidden'}>{t.copied}</span>
        </span>
      </button>
      {state.value === 'denied' && <CopyManually text={text} />}
    </>
  );
}
