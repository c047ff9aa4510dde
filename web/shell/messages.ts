import { signal } from '@preact/signals';

/** Result of an action whose place on the page has disappeared, such as a deletion. */
export interface Message {
  readonly text: string;
  readonly kind: 'done' | 'failed';
}

/** Messages below the header, oldest first. Each stays until it is dismissed or a page opens after the next one. */
export const messages = signal<readonly Message[]>([]);

/** Messages that were shown when the last page opened. */
let shownBefore: readonly Message[] = [];

/** Shows a message on this page and the next one; screen readers read it from its live region. */
export function showMessage(text: string, kind: Message['kind'] = 'done'): void {
  messages.value = [...messages.value, { text, kind }];
}

export function dismissMessage(message: Message): void {
  messages.value = messages.value.filter((other) => other !== message);
}

/** Removes the messages that the user has seen on an earlier page. Call it whenever a page opens. */
export function dismissSeenMessages(): void {
  messages.value = messages.value.filter((message) => !shownBefore.includes(message));
  shownBefore = messages.value;
}
