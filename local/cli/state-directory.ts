import { accessSync, chmodSync, constants, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { systemErrorCode } from '../cloud/system-error.ts';
import { DamagedFileError, NewerFormatError } from '../durable/damaged-file-error.ts';

const CHOOSE = 'or choose another directory with --state';

/** Explanations with advice, by the code of a system error. */
const ADVICE: Readonly<Record<string, string>> = {
  EEXIST: `it, or a part of its path, is a file or a broken link. Remove that, ${CHOOSE}.`,
  ENOTDIR: `it, or a part of its path, is a file or a broken link. Remove that, ${CHOOSE}.`,
  EACCES: `you have no permission to write there. Change its owner or mode, ${CHOOSE}.`,
  EPERM: `you have no permission to write there. Change its owner or mode, ${CHOOSE}.`,
  EROFS: 'its file system is read-only. Choose another directory with --state.',
  ENOSPC: `its disk is full. Free space, ${CHOOSE}.`,
  EDQUOT: `your quota of its disk is used up. Free space, ${CHOOSE}.`,
  ENAMETOOLONG: 'its path is too long. Choose another directory with --state.',
  ELOOP: `its path leads through a loop of symbolic links. Remove them, ${CHOOSE}.`,
};

/** Advice for a directory that cannot be created; `ENOENT` of a file below it says nothing about the directory. */
const NO_DIRECTORIES = 'no directory can be created there. Choose another directory with --state.';

/** Bytes that a start needs at least to write; a disk without them is full. */
const PROBE_BYTES = 64 * 1024;

/**
 * Creates a state directory that only its owner can read, and tries to write to it.
 *
 * @throws Error that says what is wrong with it and what to do
 */
export function prepareStateDirectory(directory: string): void {
  const probe = join(directory, 'writable');
  try {
    makeDirectory(directory);
    // The directory holds keys and videos, and not every service restricts access to its files.
    chmodSync(directory, 0o700);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    try {
      writeFileSync(probe, Buffer.alloc(PROBE_BYTES), { flush: true });
    } finally {
      rmSync(probe, { force: true });
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw describeFault(directory, NO_DIRECTORIES, error);
    throw explainStateError(directory, error);
  }
}

/**
 * Creates a directory and its parents. Node's `recursive` reports a read-only file system as `ENOENT`, and never returns
 * below `/proc`, where the kernel refuses directories with that code.
 * https://github.com/nodejs/node/issues/47098
 */
function makeDirectory(directory: string): void {
  if (isDirectory(directory)) return;
  if (dirname(directory) !== directory) makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another process may have created it in between.
    if (!isDirectory(directory)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Returns an error that explains a damaged file, or a system error of a file, below a state directory, with the path relative
 * to it; any other error as it is.
 */
export function explainStateError(directory: string, error: unknown): unknown {
  if (error instanceof DamagedFileError || error instanceof NewerFormatError) {
    const message = error.message.replaceAll(`${directory}${sep}`, '');
    return new Error(`The state in ${directory} cannot be opened: ${message}`, { cause: error });
  }
  const denied = findDeniedFile(error, directory);
  if (denied !== undefined) {
    const advice = `you have no permission to read and write ${denied}. Change its owner or mode, ${CHOOSE}.`;
    return describeFault(directory, advice, error);
  }
  const advice = ADVICE[systemErrorCode(error) ?? findCode(error)];
  if (advice === undefined || !concernsDirectory(error, directory)) return error;
  return describeFault(directory, advice, error);
}

/** Returns the relative path of a file below the directory that may not be read or written; undefined for other errors. */
function findDeniedFile(error: unknown, directory: string): string | undefined {
  const code = systemErrorCode(error);
  const path = error instanceof Error && 'path' in error ? error.path : undefined;
  if ((code !== 'EACCES' && code !== 'EPERM') || typeof path !== 'string' || !path.startsWith(directory + sep))
    return undefined;
  return path.slice(directory.length + 1);
}

function describeFault(directory: string, advice: string, cause: unknown): Error {
  return new Error(`The state cannot be kept in ${directory}: ${advice}`, { cause });
}

/** Returns the code of a full or read-only disk in the output of another process, such as the synthesis. */
function findCode(error: unknown): string {
  return (error instanceof Error && /\b(ENOSPC|EDQUOT|EROFS): /.exec(error.message)?.[1]) || '';
}

/** Returns whether a system error names a file below a directory. A full disk is reported by writes, which name none. */
function concernsDirectory(error: unknown, directory: string): boolean {
  const path = error instanceof Error && 'path' in error ? error.path : undefined;
  return typeof path !== 'string' || path.startsWith(directory) || directory.startsWith(path);
}
