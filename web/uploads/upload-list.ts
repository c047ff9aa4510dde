import { computed, effect, signal, untracked } from '@preact/signals';
import type { Change } from '../../lambdas/contracts/api/change.ts';
import type { Session } from '../../lambdas/contracts/api/session.ts';
import type { Video, Visibility } from '../../lambdas/contracts/api/video.ts';
import { onChanges, uploading } from '../feed/feed.ts';
import { mayUpload, session } from '../session/session.ts';
import { chooseNewerVideo } from '../video/choose-newer-video.ts';
import { FileUpload } from './file-upload.ts';
import { restoreUpload } from './restore-upload.ts';
import { makeSavedUpload, toSavedUpload, loadSavedUploads, saveUploads } from './saved-uploads.ts';
import { findHeldKeys } from './upload-lock.ts';

/** Uploads in the tray, oldest first. */
export const trayUploads = signal<readonly FileUpload[]>([]);

export const activeUploads = computed(() => trayUploads.value.filter(({ active }) => active.value));
/** Whether an upload cannot be resumed after this page was closed, because the browser has no room for its record. */
export const hasUnkeptUploads = computed(() =>
  trayUploads.value.some(({ needsPage, kept, sizeBytes }) => needsPage.value && !kept.value && sizeBytes > 0),
);
export const failedUploads = computed(() => trayUploads.value.filter(({ phase }) => phase.value === 'failed'));

const started = signal<readonly FileUpload[]>([]);

function isActiveOrSent({ active, phase }: FileUpload): boolean {
  return active.value || phase.value === 'sent';
}

/** Uploads since the tray was last idle, so that finished ones count towards the total progress. */
export const currentBatch = computed(() =>
  trayUploads.value.filter((upload) => started.value.includes(upload) && isActiveOrSent(upload)),
);

/** Progress of the batch, 0 to 1. */
export const batchFraction = computed(() => {
  const total = currentBatch.value.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const sent = currentBatch.value.reduce((sum, { sentBytes }) => sum + sentBytes.value, 0);
  return total === 0 ? 1 : sent / total;
});

/** Whether leaving this page would lose files that are not sent yet. */
export const hasUnsentFiles = computed(() => trayUploads.value.some(({ needsPage }) => needsPage.value));

/** Uploads dropped or chosen files; those that match an interrupted upload resume it. */
export function uploadFiles(files: readonly File[], visibility: Visibility = 'private'): void {
  const owner = session.value;
  if (owner === null || !mayUpload.value) return;
  const fresh: [File, FileUpload][] = [];
  const records = [];
  for (const file of files) {
    const interrupted = trayUploads.value.find((upload) => upload.matches(file));
    if (interrupted !== undefined) {
      interrupted.start(file);
      continue;
    }
    const record = makeSavedUpload(file, owner.id, visibility);
    fresh.push([file, new FileUpload(record)]);
    if (file.size > 0) records.push(record);
  }
  // Waiting files are saved too, so that after a crash the user sees which of them have not arrived.
  const kept = saveUploads(records);
  for (const [, upload] of fresh) upload.kept.value = kept;
  trayUploads.value = [...trayUploads.value, ...fresh.map(([, upload]) => upload)];
  for (const [file, upload] of fresh) upload.start(file);
}

/** @returns the interrupted uploads that resume with these files */
export function resumeUploads(files: readonly File[]): readonly FileUpload[] {
  return files.flatMap((file) => {
    const upload = trayUploads.value.find((one) => one.matches(file));
    upload?.start(file);
    return upload ?? [];
  });
}

/**
 * Resumes the upload of a video, whichever browser started it.
 *
 * @returns whether the file matches
 */
export function resumeUpload(video: Video, file: File): boolean {
  const known = findListedUpload(video.id);
  const record = session.value === null ? null : toSavedUpload(video, session.value.id);
  const upload = known ?? (record === null ? undefined : new FileUpload(record));
  if (upload === undefined || !upload.matches(file)) return false;
  if (known === undefined) trayUploads.value = [...trayUploads.value, upload];
  upload.start(file);
  return true;
}

export function removeFromTray(upload: FileUpload): void {
  trayUploads.value = trayUploads.value.filter((other) => other !== upload);
}

/** @throws ApiProblemError if the deletion failed; the upload stays in the tray and shows the error */
export async function cancelUpload(upload: FileUpload): Promise<void> {
  await upload.cancel();
  removeFromTray(upload);
}

export function retryFailed(): void {
  for (const upload of failedUploads.value) upload.start();
}

export function removeSent(): void {
  trayUploads.value = trayUploads.value.filter(({ phase }) => phase.value !== 'sent');
}

/** Returns the upload of a video that this page is sending or could resume. */
export function findListedUpload(videoId: string): FileUpload | undefined {
  return trayUploads.value.find((upload) => upload.videoId.value === videoId);
}

async function restoreInterrupted(owner: Session): Promise<void> {
  const isHeld = await findHeldKeys();
  const isKnown = (key: string): boolean => trayUploads.value.some((upload) => upload.key === key);
  const saved = loadSavedUploads(owner.id).filter(({ key }) => !isHeld(key) && !isKnown(key));
  const open = (await Promise.all(saved.map(restoreUpload))).filter((upload) => upload !== null);
  if (session.value?.id !== owner.id) return;
  trayUploads.value = [...trayUploads.value, ...open.filter(({ key }) => !isKnown(key))];
}

/** Resumes the uploads of a user who signs in; those of other users stay saved for their owners. */
function resumeUploadsOf(user: Session): void {
  for (const upload of trayUploads.value) {
    if (upload.ownerId !== user.id) upload.release();
    else if (upload.phase.value === 'paused') upload.start();
  }
  trayUploads.value = trayUploads.value.filter(({ ownerId }) => ownerId === user.id);
  if (mayUpload.value) void restoreInterrupted(user);
}

function pauseAll(): void {
  for (const upload of trayUploads.value) upload.pause();
}

/** Updates the tray with the status of the videos. */
function applyChanges(changes: readonly Change[]): void {
  for (const { videoId, video } of changes) {
    const upload = findListedUpload(videoId);
    if (upload === undefined) continue;
    const shown = upload.video.value;
    upload.video.value = shown === null || video === null ? video : chooseNewerVideo(shown, video);
    if (video !== null || upload.active.value) continue;
    upload.forget();
    removeFromTray(upload);
  }
}

/** Starts a batch whenever uploads start while none is active. */
function trackBatch(): void {
  let idle = true;
  effect(() => {
    const active = activeUploads.value;
    const before = idle ? [] : started.peek();
    if (active.length > 0) started.value = [...before, ...active.filter((upload) => !before.includes(upload))];
    idle = active.length === 0;
  });
}

function confirmLeaving(event: BeforeUnloadEvent): void {
  return event.preventDefault();
}

/** Restores interrupted uploads and guards against leaving the page by mistake. Call it once. */
export function startUploads(): void {
  onChanges(applyChanges);
  trackBatch();
  effect(() => {
    const user = session.value;
    untracked(() => (user === null ? pauseAll() : resumeUploadsOf(user)));
  });
  effect(() => {
    uploading.value = activeUploads.value.length > 0;
    if (hasUnsentFiles.value) addEventListener('beforeunload', confirmLeaving);
    else removeEventListener('beforeunload', confirmLeaving);
  });
}
