import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DamagedFileError } from '../../../local/durable/damaged-file-error.ts';
import { explainStateError, prepareStateDirectory } from '../../../local/cli/state-directory.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'state-directory-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: something`), { code, ...(path !== undefined && { path }) });
}

test('creates a directory that only its owner can enter, and leaves nothing in it', () => {
  const state = join(directory, 'a', 'b');
  prepareStateDirectory(state);
  expect(statSync(state).mode & 0o777).toBe(0o700);
  prepareStateDirectory(state);
});

test.each([
  ['it is a file', (state: string) => writeFileSync(state, '')],
  ['it is a broken link', (state: string) => symlinkSync(`${state}-removed`, state)],
  ['a part of its path is a file', (state: string) => (writeFileSync(state, ''), join(state, 'inner'))],
])('says what to do when %s', (_name, make) => {
  const state = make(join(directory, 'state')) ?? join(directory, 'state');
  expect(() => prepareStateDirectory(state)).toThrow(
    `The state cannot be kept in ${state}: it, or a part of its path, is a file or a broken link. Remove that, or choose ` +
      'another directory with --state.',
  );
});

test('says what to do when its path is a loop of links', () => {
  const state = join(directory, 'state');
  symlinkSync(state, state);
  expect(() => prepareStateDirectory(state)).toThrow(/or choose another directory with --state/);
});

(process.platform === 'linux' ? describe : describe.skip)('where the kernel refuses directories', () => {
  test('says what to do', () => {
    expect(() => prepareStateDirectory('/proc/state/inner')).toThrow(
      'The state cannot be kept in /proc/state/inner: no directory can be created there. Choose another directory',
    );
  });
});

test('explains a damaged file and one of another owner by the path within the directory', () => {
  const path = join(directory, 's3', 'index.sqlite');
  expect(explainStateError(directory, new DamagedFileError(path, 'it is empty', 'or delete it'))).toMatchObject({
    message: `The state in ${directory} cannot be opened: s3/index.sqlite is damaged: it is empty. Restore it from a backup, or delete it.`,
  });
  expect(explainStateError(directory, systemError('EACCES', path))).toMatchObject({
    message:
      `The state cannot be kept in ${directory}: you have no permission to read and write s3/index.sqlite. Change its ` +
      'owner or mode, or choose another directory with --state.',
  });
});

test.each([
  ['EROFS', 'its file system is read-only'],
  ['ENOSPC', 'its disk is full'],
  ['EDQUOT', 'your quota'],
])('explains %s of a file below it', (code, reason) => {
  mkdirSync(join(directory, 's3'));
  expect(explainStateError(directory, systemError(code, join(directory, 's3/journal')))).toMatchObject({
    message: expect.stringContaining(`The state cannot be kept in ${directory}: ${reason}`),
  });
});

test('explains a full disk that a write or another process reports, which names no file', () => {
  for (const error of [systemError('ENOSPC'), new Error('Synthesizing the app failed:\nError: ENOSPC: no space left')]) {
    expect(explainStateError(directory, error)).toMatchObject({ message: expect.stringContaining('Free space') });
  }
});

test('leaves errors of other files and other errors as they are', () => {
  for (const error of [systemError('EACCES', '/elsewhere'), systemError('ENOENT', directory), new Error('x')]) {
    expect(explainStateError(directory, error)).toBe(error);
  }
});
