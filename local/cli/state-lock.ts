import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../cloud/system-error.ts';

/**
 * Keeps a second laptop cloud out of a state directory. A lock whose process is gone, as after a power cut, is taken
 * over.
 *
 * @returns what gives the directory free again
 * @throws Error that names the process which holds it
 */
export function lockState(stateDirectory: string): () => void {
  mkdirSync(stateDirectory, { recursive: true });
  // It holds keys and everybody's videos, and not every service below keeps its own files private.
  chmodSync(stateDirectory, 0o700);
  const path = join(stateDirectory, 'lock');
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    const holder = Number(readFileSync(path, 'utf8'));
    if (isAlive(holder)) {
      throw new Error(`${stateDirectory} is in use by process ${holder}. End that one, or choose another with --state.`, {
        cause: error,
      });
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
