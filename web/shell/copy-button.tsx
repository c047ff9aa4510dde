import { useSignal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import { CheckIcon, CopyIcon } from '../icons/icons.tsx';
import { t } from '../texts/texts.ts';
import { announce } from './announcer.tsx';

const SHOWN_MS = 2000;

interface CopyButtonProps {
  readonly text: string;
  /** For screen readers, where the button shows less. */
  readonly label?: string;
  readonly class?: string;
  readonly children?: ComponentChildren;
}

export const CopyButton = ({ text, label, class: className = 'button', children = t.copy }: CopyButtonProps): VNode => {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
    announce(t.copied);
    setTimeout(() => (copied.value = false), SHOWN_MS);
  };
  return (
    <button type="button" class={className} aria-label={label} title={label} onClick={() => void copy()}>
      {copied.value ? <CheckIcon /> : <CopyIcon />}
      {copied.value && children !== null ? t.copied : children}
    </button>
  );
};
