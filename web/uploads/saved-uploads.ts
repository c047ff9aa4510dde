import type { Video, VideoChange, Visibility } from '../../lambdas/contracts/api/video.ts';
import { readStored, removeStored, writeStored } from '../shell/local-storage.ts';

/** Choices of the user while a file is uploaded. */
export type DetailsChange = Pick<VideoChange, 'title' | 'visibility'>;

/** Record of an unfinished upload, kept so that it can resume after the page was closed. */
export interface SavedUpload {
  /** Unique in this browser; also the idempotency key of the request that creates the upload. */
  readonly key: string;
  /** Id of the user, since several users may share a browser. */
  readonly ownerId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Milliseconds, as the browser reports it; null if the upload started in another browser. */
  readonly lastModified: number | null;
  readonly visibility: Visibility;
  /** Title that the request to create the upload sends. @default the file name without its extension */
  readonly title?: string;
  /** Changes made while that request was in progress, to be sent once the video exists. */
  readonly change?: DetailsChange;
  /** Null until the upload is created. */
  readonly uploadId: string | null;
  readonly videoId: string | null;
  /** ISO 8601. */
  readonly expiresAt: string;
}

const KEY = 'sluice.uploads';

/** Time for which the API keeps unfinished uploads. */
const RETENTION_MS = 7 * 24 * 3_600_000;

export function makeSavedUpload(file: File, ownerId: string, visibility: Visibility): SavedUpload {
  return {
    key: crypto.randomUUID(),
    ownerId,
    fileName: file.name,
    sizeBytes: file.size,
    lastModified: file.lastModified,
    visibility,
    uploadId: null,
    videoId: null,
    expiresAt: new Date(Date.now() + RETENTION_MS).toISOString(),
  };
}

/** Creates the record of an upload that started in another browser; null if the video has none to resume. */
export function toSavedUpload({ id, uploadId, visibility, source }: Video, ownerId: string): SavedUpload | null {
  const { fileName, sizeBytes } = source;
  if (uploadId === null || fileName === null || sizeBytes === null) return null;
  return {
    key: uploadId,
    ownerId,
    fileName,
    sizeBytes,
    lastModified: null,
    visibility,
    uploadId,
    videoId: id,
    expiresAt: new Date(Date.now() + RETENTION_MS).toISOString(),
  };
}

/** Returns whether it is the same file, and not another one or a later export with the same name. */
export function isSameFile(saved: SavedUpload, file: Pick<File, 'name' | 'size' | 'lastModified'>): boolean {
  return file.name.normalize() === saved.fileName.normalize() &&
  file.size === saved.sizeBytes &&
  (saved.lastModified === null || file.lastModified === saved.lastModified);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isSaved(entry: unknown): entry is SavedUpload {
  if (typeof entry !== 'object' || entry === null) return false;
  const of = (name: keyof SavedUpload): unknown => Reflect.get(entry, name);
  const texts = ['key', 'ownerId', 'fileName', 'visibility', 'expiresAt'] as const;
  return (
    texts.every((name) => typeof of(name) === 'string') &&
    isTextOrNull(of('uploadId')) &&
    isTextOrNull(of('videoId')) &&
    typeof of('sizeBytes') === 'number' &&
    (of('lastModified') === null || typeof of('lastModified') === 'number') &&
    ['undefined', 'string'].includes(typeof of('title')) &&
    (of('change') === undefined || (typeof of('change') === 'object' && of('change') !== null))
  );
}

/** Parses the saved records, skipping invalid and expired ones. */
export function parseSavedUploads(text: string | null, nowMs: number): SavedUpload[] {
  try {
    const entries: unknown = JSON.parse(text ?? '[]');
    const uploads = Array.isArray(entries) ? entries.filter(isSaved) : [];
    return uploads.filter(({ expiresAt }) => Date.parse(expiresAt) > nowMs);
  } catch {
    return [];
  }
}

function read(): SavedUpload[] {
  return parseSavedUploads(readStored(KEY), Date.now());
}

function write(uploads: readonly SavedUpload[]): boolean {
  if (uploads.length > 0) return writeStored(KEY, JSON.stringify(uploads));
  removeStored(KEY);
  return true;
}

export function loadSavedUploads(ownerId: string): SavedUpload[] {
  return read().filter((saved) => saved.ownerId === ownerId);
}

/** Saves records and returns whether they are kept: the browser's storage may be full or blocked. */
export function saveUploads(uploads: readonly SavedUpload[]): boolean {
  const keys = new Set(uploads.map(({ key }) => key));
  return write([...read().filter(({ key }) => !keys.has(key)), ...uploads]);
}

export function forgetUpload(key: string): void {
  write(read().filter((upload) => upload.key !== key));
}
