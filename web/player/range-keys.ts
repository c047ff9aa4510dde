/** Step of an arrow key, as a fraction of the range; the one that Chromium uses for `step="any"`. */
const KEY_STEP = 0.01;

function setKeyStep(event: KeyboardEvent): void {
  const [input] = event.composedPath();
  if (!(input instanceof HTMLInputElement) || input.type !== 'range' || !event.key.startsWith('Arrow')) return;
  input.step = String(KEY_STEP);
  // Afterwards the range shows any position again.
  setTimeout(() => (input.step = 'any'));
}

/**
 * Makes arrow keys move the seek bar and the volume by steps in every browser. For the `step="any"` of these ranges
 * Firefox moves by 1, from anywhere to the end.
 * https://html.spec.whatwg.org/multipage/input.html#attr-input-step
 *
 * @returns a function that stops it
 */
export function stepRangesByKeys(controller: HTMLElement): (() => void) {
  controller.addEventListener('keydown', setKeyStep, { capture: true });
  return () => controller.removeEventListener('keydown', setKeyStep, { capture: true });
}
