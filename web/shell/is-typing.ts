const NOT_WRITTEN_INTO = ['checkbox', 'radio', 'range', 'button', 'submit', 'file'];

/** Whether keys that are pressed there write, or choose by their letter. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NOT_WRITTEN_INTO.includes(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select'));
}
