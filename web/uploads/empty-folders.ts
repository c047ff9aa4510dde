import { signal } from '@preact/signals';

/** Folders that were dropped last and held no video, as the notices tell until they are put away. */
export const emptyFolders = signal<readonly string[]>([]);
