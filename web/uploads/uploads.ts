import { computed, effect, signal } from '@preact/signals';
import type { Change } from '../../lambdas/contracts/api/change.ts';
import { ApiError } from '../api/problem.ts';
import { getUpload } from '../api/uploads.ts';
import { onChanges, uploading } from '../feed/feed.ts';
import { mayUpload } from '../session/session.ts';
import { FileUpload, lockOf } from './file-upload.ts';
import { storedBytes } from './parts.ts';
import { forgetUpload, savedUploads, type SavedUpload } from './saved-uploads.ts';

/** Everything in the tray, oldest first. */
export const uploads = signal<readonly FileUpload[]>([]);

export const activeUploads = computed(() => uploads.value.filter(({ active }) => active.value));

/** Takes files that were dropped or chosen; those that continue an interrupted upload do that. */
export const uploadFiles = (files: readonly File[]): void => {
  if (!mayUpload.value) return;
  const added: FileUpload[] = [];
  for (const file of files) {
    const interrupted = uploads.value.find((upload) => upload.matches(file));
    const upload = interrupted ?? new FileUpload(file);
    upload.start(file);
    if (interrupted === undefined) added.push(upload);
  }
  uploads.value = [...uploads.value, ...added];
};

export const removeUpload = (upload: FileUpload): void => {
  uploads.value = uploads.value.filter((other) => other !== upload);
};

export const cancelUpload = async (upload: FileUpload): Promise<void> => {
  removeUpload(upload);
  await upload.cancel();
};

export const removeFinished = (): void => {
  uploads.value = uploads.value.filter(({ phase }) => phase.value !== 'sent');
};

/** The upload of a video that this page is sending, or could go on with. */
export const uploadOf = (videoId: string): FileUpload | undefined =>
  uploads.value.find((upload) => upload.videoId.value === videoId);

/** What is there of it; null when it cannot be gone on with. */
const openUpload = async (saved: SavedUpload): Promise<FileUpload | null> => {
  try {
    const upload = await getUpload(saved.uploadId);
    return new FileUpload(saved, upload.method === 'multipart' ? storedBytes(upload) : 0);
  } catch (error) {
    // Finished or given up elsewhere. Whatever else went wrong, it is not offered now, but kept.
    if (error instanceof ApiError && [403, 404, 409, 410].includes(error.status)) forgetUpload(saved.uploadId);
    return null;
  }
};

const offerInterrupted = async (): Promise<void> => {
  const held = new Set((await navigator.locks?.query())?.held?.map(({ name }) => name));
  const saved = savedUploads().filter(
    ({ uploadId, videoId }) => !held.has(lockOf(uploadId)) && uploadOf(videoId) === undefined,
  );
  const open = await Promise.all(saved.map(openUpload));
  uploads.value = [...uploads.value, ...open.filter((upload) => upload !== null)];
};

/** What the tray says of a file that was sent goes on with what becomes of its video. */
const follow = (changes: readonly Change[]): void => {
  for (const { videoId, video } of changes) {
    const upload = uploadOf(videoId);
    if (upload === undefined) continue;
    upload.video.value = video;
    if (video === null && !upload.active.value) removeUpload(upload);
  }
};

const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

/** To be called once: offers what was interrupted, and keeps the page from being left by mistake. */
export const startUploads = (): void => {
  onChanges(follow);
  effect(() => {
    if (mayUpload.value) void offerInterrupted();
    else uploads.value = [];
  });
  effect(() => {
    uploading.value = activeUploads.value.length > 0;
    if (uploading.value) addEventListener('beforeunload', warn);
    else removeEventListener('beforeunload', warn);
  });
};
