import { isFolderMarker, isSystemFile } from '../../../lambdas/contracts/system-files.ts';

test.each([
  '.DS_Store', 'holiday/.DS_Store', '._clip.mp4', 'holiday/._clip.mp4', 'Thumbs.db', 'a/THUMBS.DB', 'Desktop.ini', 'ehthumbs.db',
  '__MACOSX/holiday/clip.mp4', '__MACOSX/._holiday', '.Spotlight-V100/Store-V2/x', 'disk/.Trashes/501/clip.mov',
  '.fseventsd/fseventsd-uuid', '$RECYCLE.BIN/S-1-5/clip.mp4', 'System Volume Information/IndexerVolumeGuid', '.Trash-1000/files/a.mkv',
  '@eaDir/clip.mp4/SYNOVIDEO_VIDEO_SCREENSHOT.jpg', 'logs_$folder$', 'a/b_$folder$', 'Icon\r', '.AppleDouble/clip.mp4', 'a/.keep',
])('%j is a file of a system', (path) => {
  expect(isSystemFile(path)).toBe(true);
});

test.each([
  'clip.mp4', '.clip.mp4', '_clip.mp4', '.hidden/clip.mp4', 'DS_Store', 'my.DS_Store', 'Thumbs.db.mp4', 'desktop.ini/clip.mp4',
  'MACOSX/clip.mp4', 'recycle.bin/clip.mp4', 'keep', '$folder$/clip.mp4', '../up/./and/..', '', 'a..mp4', '.trash-bin/clip.mp4',
])('%j is not', (path) => {
  expect(isSystemFile(path)).toBe(false);
});

test.each([
  ['folder/', 0, undefined, true],
  ['a/b/', 0, 'application/x-directory; charset=UTF-8', true],
  ['folder', 0, 'application/x-directory', true],
  ['folder', 0, 'httpd/unix-directory', true],
  ['folder/', 1000, undefined, false],
  ['clip.mp4', 0, 'video/mp4', false],
  ['folder', 1000, 'application/x-directory', false],
] as const)('an object %j of %d bytes and type %s is the marker of a folder: %s', (key, size, type, expected) => {
  expect(isFolderMarker(key, size, type)).toBe(expected);
});
