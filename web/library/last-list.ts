import { signal } from '@preact/signals';

/** The address of the list that was looked at last, with what was looked for in it. */
export const lastListUrl = signal('/');
