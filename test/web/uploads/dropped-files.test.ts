import { readDropped } from '../../../web/uploads/dropped-files.ts';

interface Entry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly file?: (take: (file: File) => void) => void;
  readonly createReader?: () => { readEntries(take: (some: Entry[]) => void): void };
}

function fileEntry(file: File): Entry {
  return {
    name: file.name,
    isFile: true,
    isDirectory: false,
    file: (take) => take(file),
  };
}

/** Returns entries in batches of two, as browsers do in batches of a hundred. */
function folder(name: string, entries: readonly Entry[]): Entry {
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      const left = [...entries];
      return { readEntries: (take) => take(left.splice(0, 2)) };
    },
  };
}

function dropped(entry: Entry, file: File | null = null) {
  return {
    webkitGetAsEntry: () => entry as unknown as FileSystemEntry,
    getAsFile: () => file,
  };
}

function named(name: string, type = ''): File {
  return new File(['x'], name, { type });
}

function names(files: readonly File[]): string[] {
  return files.map(({ name }) => name);
}

test('takes dropped files of any type', async () => {
  const notes = named('notes.txt');
  const { files, emptyFolders } = await readDropped([dropped(fileEntry(notes), notes)]);
  expect([names(files), emptyFolders]).toEqual([['notes.txt'], []]);
});

test('takes all videos of a folder, at any depth, and no other files', async () => {
  const shots = folder('Shots', [
    fileEntry(named('.hidden.mp4')),
    fileEntry(named('one.MXF')),
    fileEntry(named('thumbs.db')),
    folder('Day 2', [fileEntry(named('two', 'video/mp4')), fileEntry(named('three.mkv'))]),
  ]);
  const { files, emptyFolders } = await readDropped([dropped(shots)]);
  expect(names(files).toSorted()).toEqual(['one.MXF', 'three.mkv', 'two']);
  expect(emptyFolders).toEqual([]);
});

test('reports a folder without a video', async () => {
  const video = named('a.mp4');
  const dropping = [dropped(folder('Papers', [fileEntry(named('a.pdf'))])), dropped(fileEntry(video), video)];
  const { files, emptyFolders } = await readDropped(dropping);
  expect([names(files), emptyFolders]).toEqual([['a.mp4'], ['Papers']]);
});
