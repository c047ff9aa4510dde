import { constants, totalmem } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { launchProgram } from '../cloud/launch-program.ts';
import type { ProgramExit } from '../cloud/program-launcher.ts';

/** Paths of ffmpeg and ffprobe, version 5.1 or newer. */
export interface MediaTools {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

interface ToolRun {
  readonly path: string;
  readonly args: readonly string[];
  /** Working directory, and the only one that the tool should write to. */
  readonly directory: string;
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
  /** Receives each line of standard output. @default lines are collected in the result */
  onLine?(line: string): void;
}

export interface ToolResult {
  /** Exit status; 0 for success. */
  readonly status: number;
  /** Standard output; empty if `onLine` received it. */
  readonly stdout: string;
  /** Last lines of standard error. */
  readonly stderr: string;
}

/** Why a tool ended without a verdict on its input. */
export type StopReason = 'time_limit' | 'killed' | 'disk_full';

/** Thrown when a tool was stopped before it could tell anything about its input, which is therefore not at fault. */
export class ToolStoppedError extends Error {
  override readonly name = 'ToolStoppedError';
  readonly reason: StopReason;

  constructor(reason: StopReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Limit of a tool's virtual memory. A ladder from 4K takes about 3 GB; a file that needs more than the machine has fails. */
const MEMORY_LIMIT_KIB = Math.ceil(Math.max(6 * 1024 ** 3, totalmem()) / 1024);
const MAX_STDOUT = 32 * 1024 * 1024;
const MAX_STDERR = 64 * 1024;

/**
 * Shell script that starts the tool with a memory limit (none where the shell does not support one, as on macOS) and a
 * watcher that kills it when file descriptor 3 closes: because this process died and could not stop the tool.
 */
const SUPERVISOR = `
ulimit -v ${MEMORY_LIMIT_KIB} 2>/dev/null
"$@" 3<&- &
tool=$!
{ read -r _ <&3; kill -9 $tool; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $tool
status=$?
kill $watcher 2>/dev/null
exit $status
`;

/**
 * Runs ffmpeg or ffprobe on an untrusted file: without this process's environment, with limits of memory and time.
 * `INPUT_RESTRICTIONS` keep it from opening anything but its input.
 *
 * @throws ToolStoppedError if the tool reached its time limit, was killed or crashed, or found the disk full; Error if it
 *   cannot be started; the reason of `signal` if it is aborted
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  run.signal.throwIfAborted();
  const [stdoutDecoder, stderrDecoder] = [new StringDecoder('utf8'), new StringDecoder('utf8')];
  let [stdout, stderr, unfinishedLine] = ['', '', ''];
  let overflowed = false;
  const program = launchProgram({
    path: '/bin/sh',
    args: ['-c', SUPERVISOR, 'sh', run.path, ...run.args],
    cwd: run.directory,
    env: { PATH: '/usr/bin:/bin', HOME: run.directory, LC_ALL: 'C' },
    onStdout: (chunk) => {
      const text = stdoutDecoder.write(chunk);
      if (run.onLine === undefined) {
        stdout += text;
        if (stdout.length <= MAX_STDOUT) return;
        overflowed = true;
        program.kill();
        return;
      }
      const lines = `${unfinishedLine}${text}`.split('\n');
      unfinishedLine = lines.pop() ?? '';
      if (unfinishedLine.length > MAX_STDOUT) program.kill();
      for (const line of lines) run.onLine(line);
    },
    onStderr: (chunk) => {
      stderr = `${stderr}${stderrDecoder.write(chunk)}`.slice(-MAX_STDERR);
    },
  });
  const stop = (): void => program.kill();
  run.signal.addEventListener('abort', stop, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, run.timeLimitMs);
  try {
    const exit = await program.closed;
    run.signal.throwIfAborted();
    const status = toStatus(exit, run);
    const stopReason = timedOut ? 'time_limit' : overflowed ? undefined : findStopReason(status, stderr);
    if (stopReason !== undefined) throw new ToolStoppedError(stopReason, `${run.path} was stopped: ${stopReason}, status ${status}.`);
    return { status, stdout, stderr };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', stop);
  }
}

/** Options before an input: files only, no network, no frame that would fill the memory. */
export const INPUT_RESTRICTIONS = ['-protocol_whitelist', 'file', '-max_pixels', String(16_384 * 8192)] as const;

/** Returns the exit status as a shell does. @throws Error if the tool was not started or its exit is unknown */
function toStatus(exit: ProgramExit, { path }: ToolRun): number {
  if (exit.error !== undefined) throw new Error(`${path}: ${exit.error}`);
  return exit.status ?? (exit.signal === null ? 1 : 128 + constants.signals[exit.signal]);
}

/** Statuses of a shell for a program that a signal ended. ffmpeg's own are errors, whose lowest byte is outside this range. */
const SIGNAL_STATUSES = { min: 129, max: 159 } as const;
/** Status of ffmpeg after it was interrupted by a signal: `fftools/ffmpeg.c`. */
const INTERRUPTED_STATUS = 255;
const DISK_FULL = /No space left on device|Disk quota exceeded/;

function findStopReason(status: number, stderr: string): StopReason | undefined {
  if (status === 0) return undefined;
  if (DISK_FULL.test(stderr)) return 'disk_full';
  const isSignal = (status >= SIGNAL_STATUSES.min && status <= SIGNAL_STATUSES.max) || status === INTERRUPTED_STATUS;
  return isSignal ? 'killed' : undefined;
}
