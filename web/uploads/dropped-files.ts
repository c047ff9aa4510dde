/** File name extensions of the videos to take from a dropped folder. */
export const VIDEO_EXTENSIONS: readonly string[] = [
  'mp4', 'm4v', 'mov', 'mkv', 'webm', 'mxf', 'ts', 'mts', 'm2ts', 'avi', 'wmv', 'flv', 'mpg', 'mpeg', '3gp', 'ogv',
];

/** Files of a drop. */
interface DroppedFiles {
  readonly files: readonly File[];
  /** Names of folders without a video, or that could not be read. */
  readonly emptyFolders: readonly string[];
}

function isVideo({ name, type }: File): boolean {
  return !name.startsWith('.') &&
  (type.startsWith('video/') || VIDEO_EXTENSIONS.includes(name.split('.').at(-1)?.toLowerCase() ?? ''));
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

/** Reads all entries of a folder. A reader returns them in batches; an empty batch is the end. https://wicg.github.io/entries-api/ */
async function readEntries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}

async function findVideos(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const found: File[] = [];
  for (const entry of await readEntries(folder)) {
    if (isFolder(entry)) found.push(...(await findVideos(entry)));
    else if (isFile(entry)) found.push(await readFile(entry));
  }
  return found.filter(isVideo);
}

type DroppedItem = Pick<DataTransferItem, 'getAsFile' | 'webkitGetAsEntry'>;

/** Reads the files of a drop. Call it within the event handler: the items are not accessible later. */
export async function readDropped(items: Iterable<DroppedItem>): Promise<DroppedFiles> {
  const entries = [...items].map((item) => {
    const entry = item.webkitGetAsEntry();
    return entry !== null && isFolder(entry) ? entry : item.getAsFile();
  });
  const emptyFolders: string[] = [];
  const read = async (folder: FileSystemDirectoryEntry): Promise<File[]> => {
    const videos = await findVideos(folder).catch(() => []);
    if (videos.length === 0) emptyFolders.push(folder.name);
    return videos;
  };
  const files = await Promise.all(
    entries.map(async (one) => (one === null ? [] : 'createReader' in one ? read(one) : [one])),
  );
  return { files: files.flat(), emptyFolders };
}
