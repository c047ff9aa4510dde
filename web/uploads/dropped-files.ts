import { isSystemFile } from '../../lambdas/contracts/system-files.ts';

/** File name extensions of the videos to take from a dropped folder. */
export const VIDEO_EXTENSIONS: readonly string[] = [
  'mp4', 'm4v', 'mov', 'mkv', 'webm', 'mxf', 'ts', 'mts', 'm2ts', 'avi', 'wmv', 'flv', 'mpg', 'mpeg', '3gp', 'ogv',
];

/** Files of a drop, and what was not taken of it. Names of folders and of files in folders are paths within the drop. */
export interface DroppedFiles {
  readonly files: readonly File[];
  /** Dropped folders that could be read and have no video. */
  readonly emptyFolders: readonly string[];
  /** Files that the browser could not open: moved meanwhile, or without permission. */
  readonly unreadableFiles: readonly string[];
  /** Folders that could not be listed, or not to the end. */
  readonly unreadableFolders: readonly string[];
  /** Files that an operating system wrote; the API refuses them. */
  readonly systemFiles: readonly string[];
}

export const NOTHING_DROPPED: DroppedFiles = {
  files: [],
  emptyFolders: [],
  unreadableFiles: [],
  unreadableFolders: [],
  systemFiles: [],
};

function hasVideoName(name: string): boolean {
  return !name.startsWith('.') && VIDEO_EXTENSIONS.includes(name.split('.').at(-1)?.toLowerCase() ?? '');
}

function isVideo({ name, type }: File): boolean {
  return hasVideoName(name) || (!name.startsWith('.') && type.startsWith('video/'));
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function readFile(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/**
 * Reads the entries of a folder until its end or an error. A reader returns them in batches; an empty batch is the end.
 * https://wicg.github.io/entries-api/
 */
async function readEntries(folder: FileSystemDirectoryEntry): Promise<{ entries: FileSystemEntry[]; failed: boolean }> {
  const entries: FileSystemEntry[] = [];
  try {
    const reader = folder.createReader();
    for (;;) {
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (batch.length === 0) return { entries, failed: false };
      entries.push(...batch);
    }
  } catch {
    return { entries, failed: true };
  }
}

function merge(drops: readonly DroppedFiles[]): DroppedFiles {
  return {
    files: drops.flatMap(({ files }) => files),
    emptyFolders: drops.flatMap(({ emptyFolders }) => emptyFolders),
    unreadableFiles: drops.flatMap(({ unreadableFiles }) => unreadableFiles),
    unreadableFolders: drops.flatMap(({ unreadableFolders }) => unreadableFolders),
    systemFiles: drops.flatMap(({ systemFiles }) => systemFiles),
  };
}

async function readFileEntry(entry: FileSystemFileEntry, path: string): Promise<DroppedFiles> {
  if (isSystemFile(path)) return { ...NOTHING_DROPPED, systemFiles: [path] };
  try {
    const file = await readFile(entry);
    return { ...NOTHING_DROPPED, files: isVideo(file) ? [file] : [] };
  } catch {
    // A file that would not have been taken is not missed.
    return { ...NOTHING_DROPPED, unreadableFiles: hasVideoName(entry.name) ? [path] : [] };
  }
}

/** Reads the videos of a folder at any depth, in order, and whatever can be read if a part of it cannot. */
async function readFolder(folder: FileSystemDirectoryEntry, path: string): Promise<DroppedFiles> {
  const { entries, failed } = await readEntries(folder);
  const found: DroppedFiles[] = failed ? [{ ...NOTHING_DROPPED, unreadableFolders: [path] }] : [];
  for (const entry of entries) {
    const entryPath = `${path}/${entry.name}`;
    if (isFolder(entry)) found.push(await readFolder(entry, entryPath));
    else if (isFile(entry)) found.push(await readFileEntry(entry, entryPath));
  }
  return merge(found);
}

async function readDroppedFolder(folder: FileSystemDirectoryEntry): Promise<DroppedFiles> {
  const found = await readFolder(folder, folder.name);
  const isEmpty = found.files.length + found.unreadableFiles.length + found.unreadableFolders.length === 0;
  return { ...found, emptyFolders: isEmpty ? [folder.name] : [] };
}

type DroppedItem = Pick<DataTransferItem, 'getAsFile' | 'webkitGetAsEntry'>;

/** Reads the files of a drop. Call it within the event handler: the items are not accessible later. */
export async function readDropped(items: Iterable<DroppedItem>): Promise<DroppedFiles> {
  const dropped = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const reads = dropped.map(async ({ entry, file }): Promise<DroppedFiles> => {
    if (entry !== null && isFolder(entry)) return readDroppedFolder(entry);
    if (file !== null && isSystemFile(file.name)) return { ...NOTHING_DROPPED, systemFiles: [file.name] };
    if (file !== null) return { ...NOTHING_DROPPED, files: [file] };
    return { ...NOTHING_DROPPED, unreadableFiles: entry === null ? [] : [entry.name] };
  });
  return merge(await Promise.all(reads));
}
