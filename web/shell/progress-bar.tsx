import type { VNode } from 'preact';

interface ProgressBarProps {
  readonly label: string;
  /** 0 to 100; null for an indeterminate bar. */
  readonly percent: number | null;
}

export function ProgressBar({ label, percent }: ProgressBarProps): VNode {
  return (
    <div
      class={`bar ${percent === null ? 'bar-unknown' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === null ? undefined : Math.floor(percent)}
    >
      <div class="bar-water" style={percent === null ? {} : { inlineSize: `${percent}%` }} />
    </div>
  );
}
