import type { StartStep } from './start-texts.ts';

/** State of one step of a start. */
export interface StepProgress {
  readonly step: StartStep;
  readonly isDone: boolean;
  /** Resources of a deployment. */
  readonly count?: { readonly done: number; readonly total: number };
}

/** Time that combines many deployed resources into one change. */
const BATCH_MS = 100;

/** Progress of a start, for the terminal and for the waiting page. */
export class StartProgress {
  readonly #steps = new Map<StartStep, StepProgress>();
  readonly #listeners = new Set<() => void>();
  #failure: string | undefined;
  #version = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Steps in the order in which they began. */
  get steps(): readonly StepProgress[] {
    return [...this.#steps.values()];
  }

  /** Why the start failed; undefined while it has not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Number that grows with every change. */
  get version(): number {
    return this.#version;
  }

  begin(step: StartStep): void {
    this.#steps.set(step, { step, isDone: false });
    this.#notify();
  }

  /** Marks a step as done; has no effect on one that never began. */
  end(step: StartStep): void {
    const progress = this.#steps.get(step);
    if (progress === undefined || progress.isDone) return;
    this.#steps.set(step, { ...progress, isDone: true });
    this.#notify();
  }

  count(step: StartStep, done: number, total: number): void {
    const isNew = !this.#steps.has(step);
    this.#steps.set(step, { step, isDone: false, count: { done, total } });
    if (isNew) this.#notify();
    else this.#timer ??= setTimeout(() => this.#notify(), BATCH_MS);
  }

  fail(message: string): void {
    this.#failure = message;
    this.#notify();
  }

  /** Calls a function after each change. @returns a function that ends this */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #notify(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}
