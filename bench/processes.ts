import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { SkippedError } from './row.ts';

/** Returns the ids of a process and all its descendants. */
function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const parent = Number(statFields(pid)[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** Kills all descendants of this process; does nothing without /proc. */
export function killDescendants(): void {
  if (process.platform !== 'linux') return;
  for (const pid of processTree(process.pid).slice(1)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has already ended.
    }
  }
}

/** Returns the fields of `/proc/<pid>/stat` from the third, the state; none if the process has ended. */
function statFields(pid: number): string[] {
  const text = readIfExists(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const TICKS_PER_SECOND = 100;

/** Returns the CPU time of a process and its descendants so far, including ended ones, in milliseconds. */
export function processorMs(root: number): number {
  const ticks = processTree(root).map((pid) =>
    statFields(pid)
      .slice(11, 15)
      .reduce((sum, field) => sum + Number(field), 0),
  );
  return (1000 * ticks.reduce((sum, own) => sum + own, 0)) / TICKS_PER_SECOND;
}

/** Watches the peak physical memory of a process and its descendants: the sum of their high-water marks. */
export class MemoryWatch {
  readonly #root: number;
  readonly #peaks = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;
  /** Physical memory at the start of the watch, in bytes. */
  readonly startBytes: number;

  /** @throws SkippedError without /proc */
  constructor(root: number) {
    if (process.platform !== 'linux') throw new SkippedError('measuring memory needs /proc, which only Linux has');
    this.#root = root;
    const pids = processTree(root);
    // Resets the high-water mark: https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
    for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, '5');
    this.startBytes = pids.reduce((sum, pid) => sum + statusBytes(pid, 'VmRSS'), 0);
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), 100);
  }

  /** Ends the watch. @returns the peak in bytes */
  stop(): number {
    clearInterval(this.#timer);
    this.#sample();
    return [...this.#peaks.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #sample(): void {
    for (const pid of processTree(this.#root)) {
      this.#peaks.set(pid, Math.max(this.#peaks.get(pid) ?? 0, statusBytes(pid, 'VmHWM')));
    }
  }
}

/** Returns the peak physical memory of a process so far, bytes; 0 without /proc. */
export function peakMemoryBytes(pid: number): number {
  return statusBytes(pid, 'VmHWM');
}

function statusBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readIfExists(`/proc/${pid}/status`))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

function readIfExists(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
