import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { SkippedError } from './row.ts';

/** A process and all that it started, and what those started. */
function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const parent = Number(statFields(pid)[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** Kills all that this process has started, and what that has started; where there is no /proc, nothing. */
export function killDescendants(): void {
  if (process.platform !== 'linux') return;
  for (const pid of tree(process.pid).slice(1)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

/** Fields of `/proc/<pid>/stat` from the third, which is the state; none if the process is gone. */
function statFields(pid: number): string[] {
  const text = readGently(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const TICKS_PER_SECOND = 100;

/** Processor time that a process, its descendants, and those of them that have ended took so far, milliseconds. */
export function processorMs(root: number): number {
  const ticks = tree(root).map((pid) => statFields(pid).slice(11, 15).reduce((sum, field) => sum + Number(field), 0));
  return (1000 * ticks.reduce((sum, own) => sum + own, 0)) / TICKS_PER_SECOND;
}

/** How much physical memory a process and its descendants take at most from now on: their high-water marks, added up. */
export class MemoryWatch {
  readonly #root: number;
  readonly #highest = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;
  /** Bytes when the watch began. */
  readonly startBytes: number;

  /** @throws Skipped where there is no /proc */
  constructor(root: number) {
    if (process.platform !== 'linux') throw new SkippedError('memory is read from /proc, which only Linux has');
    this.#root = root;
    const pids = tree(root);
    // Begins the high-water mark anew: https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
    for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, '5');
    this.startBytes = pids.reduce((sum, pid) => sum + statusBytes(pid, 'VmRSS'), 0);
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), 100);
  }

  /** Ends the watch. @returns bytes */
  stop(): number {
    clearInterval(this.#timer);
    this.#sample();
    return [...this.#highest.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #sample(): void {
    for (const pid of tree(this.#root)) {
      this.#highest.set(pid, Math.max(this.#highest.get(pid) ?? 0, statusBytes(pid, 'VmHWM')));
    }
  }
}

function statusBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readGently(`/proc/${pid}/status`))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

function readGently(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
