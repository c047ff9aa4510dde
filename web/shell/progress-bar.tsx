import type { VNode } from 'preact';

interface ProgressBarProps {
  readonly label: string;
  /** 0 to 100; null for an indeterminate bar. */
  readonly percent: number | null;
}

export function ProgressBar({ label, percent }: ProgressBarProps): VNode {
  return (
    <div
      class={`progress-bar ${percent === null ? 'progress-bar-indeterminate' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === null ? undefined : Math.floor(percent)}
    >
      <div class="progress-bar-fill" style={percent === null ? {} : { inlineSize: `${percent}%` }} />
    </div>
  );
}
