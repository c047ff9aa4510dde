import { isFullDisk } from '../durable/full-disk.ts';
import type { Terminal } from './terminal.ts';

/** Time for which a full disk is not reported again. */
const QUIET_MS = 10_000;

/**
 * Makes the function that prints failures that no caller receives. A full disk, on which much fails at once, is one line at
 * a time.
 */
export function createErrorReport(
  terminal: Pick<Terminal, 'line'>,
  stateDirectory: string,
  now: () => number = () => performance.now(),
): (what: string, error: unknown) => void {
  let reportedMs = -Infinity;
  return (what, error) => {
    if (!isFullDisk(error)) {
      terminal.line(`${what}: ${error instanceof Error ? error.message : JSON.stringify(error)}`);
      return;
    }
    if (now() - reportedMs < QUIET_MS) return;
    reportedMs = now();
    terminal.line(`The disk of ${stateDirectory} is full (${what}). Free space; interrupted work then continues.`);
  };
}
