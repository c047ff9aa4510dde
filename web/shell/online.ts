import { signal } from '@preact/signals';

/** Whether the browser reports that it is online. */
export const online = signal(navigator.onLine);

addEventListener('online', () => (online.value = true));
addEventListener('offline', () => (online.value = false));
