import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../cloud/system-error.ts';

/**
 * Locks a state directory against a second laptop cloud. A lock whose process has ended, as after a power failure, is
 * taken over.
 *
 * @returns a function that releases the lock
 * @throws Error that names the process that holds the lock
 */
export function lockState(stateDirectory: string): () => void {
  mkdirSync(stateDirectory, { recursive: true });
  // The directory holds keys and videos, and not every service restricts access to its files.
  chmodSync(stateDirectory, 0o700);
  const path = join(stateDirectory, 'lock');
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    const holder = Number(readFileSync(path, 'utf8'));
    if (isAlive(holder)) {
      throw new Error(
        `${stateDirectory} is in use by process ${holder}. Stop that process, or choose another directory with --state.`,
        {
          cause: error,
        },
      );
    }
    writeFileSync(path, String(process.pid));
  }
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
