import type { StartProgress, StepProgress } from './start-progress.ts';
import { START_TEXTS, type StartStep } from './start-texts.ts';
import type { Terminal } from './terminal.ts';

const { steps: STEP_TEXTS, resources } = START_TEXTS.en;

/**
 * Prints what a start is doing: on a terminal as its progress line, with the seconds since the start; else as one line for
 * each step.
 *
 * @returns a function that ends this
 */
export function reportStart(progress: StartProgress, terminal: Terminal): () => void {
  const started = performance.now();
  const printed = new Set<StartStep>();
  const update = (): void => {
    if (terminal.isInteractive) {
      const running = progress.steps.filter(({ isDone }) => !isDone).map(describe);
      const seconds = Math.floor((performance.now() - started) / 1000);
      terminal.progress(running.join(', '), running.length === 0 ? '' : `${seconds} s`);
      return;
    }
    for (const step of progress.steps) {
      if (!printed.has(step.step)) terminal.line(describeBeginning(step));
      printed.add(step.step);
    }
  };
  const stop = progress.onChange(update);
  const timer = terminal.isInteractive ? setInterval(update, 1000) : undefined;
  return () => {
    stop();
    clearInterval(timer);
    terminal.progress('');
  };
}

function describe({ step, count }: StepProgress): string {
  return count === undefined ? STEP_TEXTS[step] : `${STEP_TEXTS[step]}: ${resources(count.done, count.total)}`;
}

function describeBeginning({ step, count }: StepProgress): string {
  return count === undefined ? STEP_TEXTS[step] : `${STEP_TEXTS[step]}: ${count.total} resources`;
}
