/** What is kept of an unfinished upload, so that it can go on after the page was closed. */
export interface SavedUpload {
  readonly uploadId: string;
  readonly videoId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** ISO 8601. */
  readonly expiresAt: string;
}

const KEY = 'sluice.uploads';

const isSaved = (entry: unknown): entry is SavedUpload =>
  typeof entry === 'object' &&
  entry !== null &&
  ['uploadId', 'videoId', 'fileName', 'expiresAt'].every((name) => typeof Reflect.get(entry, name) === 'string') &&
  typeof Reflect.get(entry, 'sizeBytes') === 'number';

/** What another version of these pages, or a person, wrote there is passed over. */
export const parseSavedUploads = (text: string | null, nowMs: number): SavedUpload[] => {
  try {
    const entries: unknown = JSON.parse(text ?? '[]');
    const uploads = Array.isArray(entries) ? entries.filter(isSaved) : [];
    return uploads.filter(({ expiresAt }) => Date.parse(expiresAt) > nowMs);
  } catch {
    return [];
  }
};

export const savedUploads = (): SavedUpload[] => parseSavedUploads(localStorage.getItem(KEY), Date.now());

const write = (uploads: readonly SavedUpload[]): void => {
  if (uploads.length === 0) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, JSON.stringify(uploads));
};

export const saveUpload = (upload: SavedUpload): void =>
  write([...savedUploads().filter(({ uploadId }) => uploadId !== upload.uploadId), upload]);

export const forgetUpload = (uploadId: string): void =>
  write(savedUploads().filter((upload) => upload.uploadId !== uploadId));
