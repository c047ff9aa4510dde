import type { ComponentChildren, VNode } from 'preact';
import type { ApiProblemError } from '../api/api-problem.ts';
import { AlertIcon, RetryIcon } from '../icons/icons.tsx';
import { explain, t } from '../texts/texts.ts';

interface ErrorPanelProps {
  readonly error: ApiProblemError;
  readonly title?: string;
  readonly onRetry?: () => void;
  readonly children?: ComponentChildren;
}

/** Explains an error and what to do next. */
export function ErrorPanel({ error, title = t.cannotLoad, onRetry, children }: ErrorPanelProps): VNode {
  const { what, next } = explain(error.code, error.detail);
  return (
    <div class="error-panel" role="alert">
      <AlertIcon />
      <div>
        <h2>{title}</h2>
        <p>
          {what} {next}
        </p>
        <div class="actions">
          {onRetry !== undefined && (
            <button type="button" class="button" onClick={onRetry}>
              <RetryIcon />
              {t.tryAgain}
            </button>
          )}
          {children}
        </div>
      </div>
    </div>
  );
}

/** Explains an error in one line, beside the control that caused it. */
export function InlineError({ error }: { error: ApiProblemError | null }): VNode {
  return (
    <div role="alert">
      {error !== null && (
        <p class="inline-error">
          {explain(error.code, error.detail).what} {explain(error.code, error.detail).next}
        </p>
      )}
    </div>
  );
}
