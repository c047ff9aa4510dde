import { NOTHING_DROPPED, readDropped } from '../../../web/uploads/dropped-files.ts';

interface Entry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly file?: (take: (file: File) => void, fail: (error: Error) => void) => void;
  readonly createReader?: () => { readEntries(take: (some: Entry[]) => void, fail: (error: Error) => void): void };
}

function fileEntry(file: File): Entry {
  return {
    name: file.name,
    isFile: true,
    isDirectory: false,
    file: (take) => take(file),
  };
}

/** A file that was moved, or that the user may not read. */
function lockedFile(name: string): Entry {
  return { name, isFile: true, isDirectory: false, file: (_, fail) => fail(new DOMException('', 'NotReadableError')) };
}

/** A folder whose listing fails after these entries. */
function brokenFolder(name: string, entries: readonly Entry[] = []): Entry {
  const batches = entries.length === 0 ? [] : [[...entries]];
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => ({
      readEntries: (take, fail) => {
        const batch = batches.shift();
        if (batch === undefined) fail(new DOMException('', 'NotReadableError'));
        else take(batch);
      },
    }),
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

test('names system files and leaves them out', async () => {
  const card = folder('Card', [
    fileEntry(named('.DS_Store')),
    fileEntry(named('one.mp4')),
    fileEntry(named('._one.mp4', 'video/mp4')),
    folder('__MACOSX', [fileEntry(named('two.mp4'))]),
    folder('.Trashes', [lockedFile('three.mp4')]),
  ]);
  const desktop = named('desktop.ini');
  const { files, systemFiles, unreadableFiles } = await readDropped([dropped(card), dropped(fileEntry(desktop), desktop)]);
  expect(names(files)).toEqual(['one.mp4']);
  expect(systemFiles).toEqual(['Card/.DS_Store', 'Card/._one.mp4', 'Card/__MACOSX/two.mp4', 'Card/.Trashes/three.mp4', 'desktop.ini']);
  expect(unreadableFiles).toEqual([]);
});

test('reports a folder without a video', async () => {
  const video = named('a.mp4');
  const dropping = [dropped(folder('Papers', [fileEntry(named('a.pdf'))])), dropped(fileEntry(video), video)];
  const { files, emptyFolders } = await readDropped(dropping);
  expect([names(files), emptyFolders]).toEqual([['a.mp4'], ['Papers']]);
});

test('takes the rest of a folder with unreadable files and folders, and names each of these', async () => {
  const show = folder('Show', [
    fileEntry(named('one.mp4')),
    lockedFile('locked.mov'),
    lockedFile('thumbs.db'),
    folder('Day 2', [lockedFile('late.mkv'), fileEntry(named('two.mp4'))]),
    brokenFolder('Day 3'),
    brokenFolder('Day 4', [fileEntry(named('three.mp4'))]),
    fileEntry(named('four.mp4')),
  ]);
  const { files, ...skipped } = await readDropped([dropped(show)]);
  expect(names(files)).toEqual(['one.mp4', 'two.mp4', 'three.mp4', 'four.mp4']);
  expect(skipped).toEqual({
    emptyFolders: [],
    unreadableFiles: ['Show/locked.mov', 'Show/Day 2/late.mkv'],
    unreadableFolders: ['Show/Day 3', 'Show/Day 4'],
    systemFiles: ['Show/thumbs.db'],
  });
});

test('does not claim that a folder has no video if it could not be read', async () => {
  const { emptyFolders, unreadableFolders } = await readDropped([dropped(brokenFolder('Locked'))]);
  expect([emptyFolders, unreadableFolders]).toEqual([[], ['Locked']]);
});

test('names a dropped file that could not be opened, and takes the others', async () => {
  const video = named('a.mp4');
  const found = await readDropped([dropped(lockedFile('locked.mp4')), dropped(fileEntry(video), video)]);
  expect([names(found.files), found.unreadableFiles]).toEqual([['a.mp4'], ['locked.mp4']]);
});

test('ignores dropped items that are not files', async () => {
  const text = { webkitGetAsEntry: () => null, getAsFile: () => null };
  expect(await readDropped([text])).toEqual(NOTHING_DROPPED);
});
