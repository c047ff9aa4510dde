const NON_TEXT_INPUTS = ['checkbox', 'radio', 'range', 'button', 'submit', 'file'];

/** Returns whether key presses on the target enter text or select an option. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NON_TEXT_INPUTS.includes(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select'));
}
