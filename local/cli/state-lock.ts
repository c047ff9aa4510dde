import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, systemErrorCode } from '../cloud/system-error.ts';
import { SQLITE_BUSY, sqliteCodeOf } from '../durable/sqlite-code.ts';
import { isLocalFileSystem } from './local-file-system.ts';
import { prepareStateDirectory } from './state-directory.ts';
import { describeThisProcess, isSeenRunning, nameStateOwner, parseStateOwner, type StateInodes, type StateOwner } from './state-owner.ts';

/** Facts that a lock knows about its machine; tests replace it. */
interface Surroundings {
  readonly describeThisProcess: (inodes: StateInodes) => StateOwner;
  /** Whether no other machine can write to the file system of a directory. */
  readonly isLocalFileSystem: (directory: string) => boolean;
}

const STOP_IT = 'Stop it, or choose another directory with --state.';

/**
 * Prepares a state directory and locks it against a second laptop cloud.
 *
 * The lock is SQLite's exclusive lock on `state.lock`, which the kernel holds for the process and drops at its end,
 * however it ends. It is tied to the file, so that it also keeps out other containers, and other machines on a share
 * that supports locks. `owner.json` names the holder; on a share it also keeps out a machine that the kernel's lock does
 * not reach, until the owner releases it or is proven dead, and anywhere a cloud whose lock file was deleted beneath it.
 * https://www.sqlite.org/lockingv3.html
 *
 * @returns a function that releases the lock
 * @throws Error that names the holder, or what is wrong with the directory, and says what to do
 */
export function lockState(
  stateDirectory: string,
  surroundings: Surroundings = { describeThisProcess, isLocalFileSystem },
): () => void {
  prepareStateDirectory(stateDirectory);
  const lockPath = join(stateDirectory, 'state.lock');
  const ownerPath = join(stateDirectory, 'owner.json');
  const lock = openLock(lockPath);
  try {
    const self = surroundings.describeThisProcess({ lockInode: inodeOf(lockPath), directoryInode: inodeOf(stateDirectory) });
    const isAcquired = acquire(lock, stateDirectory);
    const stored = readIfPresent(ownerPath);
    const owner = stored === undefined ? undefined : parseStateOwner(stored);
    if (!isAcquired || (owner !== undefined && holdsDeletedLock(owner, self)))
      throw new Error(`${stateDirectory} is in use by ${nameStateOwner(owner, self)}. ${STOP_IT}`);
    if (owner !== undefined && !surroundings.isLocalFileSystem(stateDirectory) && !isProvenDead(owner, self)) {
      throw new Error(
        `${stateDirectory} has been in use by ${nameStateOwner(owner, self)} since ${owner.since}. Other machines share ` +
          `this file system, so it may still be running there. ${STOP_IT} If it no longer runs, delete ${ownerPath}.`,
      );
    }
    writeOwner(ownerPath, self, stored !== undefined);
    return () => {
      if (parseStateOwner(readIfPresent(ownerPath) ?? '')?.token === self.token) rmSync(ownerPath);
      lock.close();
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function inodeOf(path: string): string {
  return String(statSync(path, { bigint: true }).ino);
}

function openLock(path: string): DatabaseSync {
  if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (cause) {
    throw new Error(`${path} cannot be written. Choose a directory that you can write to with --state.`, { cause });
  }
}

/** @returns false if another process holds the lock */
function acquire(lock: DatabaseSync, stateDirectory: string): boolean {
  try {
    // The journal in memory leaves no file behind.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return true;
  } catch (cause) {
    if (sqliteCodeOf(cause) === SQLITE_BUSY) return false;
    throw new Error(
      `${stateDirectory} cannot be locked (${messageOf(cause)}). Choose a directory on a file system with locks, such as ` +
        `a local disk, with --state.`,
      { cause },
    );
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the owner. Without an earlier one, only one of two machines without a common lock succeeds. */
function writeOwner(path: string, owner: StateOwner, replace: boolean): void {
  const content = `${JSON.stringify(owner, null, 2)}\n`;
  writeFileSync(path, content, { flag: replace ? 'w' : 'wx', mode: 0o600, flush: true });
}

/** Returns whether an owner runs whose lock file was deleted, so that its lock keeps out nobody. */
function holdsDeletedLock(owner: StateOwner, self: StateOwner): boolean {
  const isReplaced = owner.directoryInode === self.directoryInode && owner.lockInode !== self.lockInode;
  return isReplaced && isSeenRunning(owner, self);
}

/** Returns whether an owner has ended, given that the kernel's lock is free. */
function isProvenDead(owner: StateOwner, self: StateOwner): boolean {
  // The directory is a copy, and its owner holds the lock of the original.
  if (owner.lockInode !== self.lockInode) return true;
  // The lock of this kernel would still be held.
  if (owner.bootId !== undefined && owner.bootId === self.bootId) return true;
  // The machine has restarted since.
  return owner.host === self.host && owner.machineId === self.machineId;
}
