/** Endings that are taken for a video's in a folder, where nobody chose the files one by one. */
export const VIDEO_EXTENSIONS: readonly string[] = [
  'mp4', 'm4v', 'mov', 'mkv', 'webm', 'mxf', 'ts', 'mts', 'm2ts', 'avi', 'wmv', 'flv', 'mpg', 'mpeg', '3gp', 'ogv',
];

/** What was dropped. */
export interface DroppedFiles {
  readonly files: readonly File[];
  /** Folders in which there is no video, or that could not be read. */
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

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives some entries at a time, and none when it is at its end. https://wicg.github.io/entries-api/ */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function videosBelow(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const found: File[] = [];
  for (const entry of await entriesOf(folder)) {
    if (isFolder(entry)) found.push(...(await videosBelow(entry)));
    else if (isFile(entry)) found.push(await fileOf(entry));
  }
  return found.filter(isVideo);
}

type DroppedItem = Pick<DataTransferItem, 'getAsFile' | 'webkitGetAsEntry'>;

/** To be called while the drop is being handled: what it carries cannot be asked for later. */
export async function readDropped(items: Iterable<DroppedItem>): Promise<DroppedFiles> {
  const taken = [...items].map((item) => {
    const entry = item.webkitGetAsEntry();
    return entry !== null && isFolder(entry) ? entry : item.getAsFile();
  });
  const emptyFolders: string[] = [];
  const read = async (folder: FileSystemDirectoryEntry): Promise<File[]> => {
    const videos = await videosBelow(folder).catch(() => []);
    if (videos.length === 0) emptyFolders.push(folder.name);
    return videos;
  };
  const files = await Promise.all(
    taken.map(async (one) => (one === null ? [] : 'createReader' in one ? read(one) : [one])),
  );
  return { files: files.flat(), emptyFolders };
}
