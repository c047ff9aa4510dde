import { type ChildProcess, spawn } from 'node:child_process';
import { totalmem } from 'node:os';

/** Where ffmpeg and ffprobe are, 5.1 or newer. */
export interface MediaTools {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

export interface ToolRun {
  readonly path: string;
  readonly args: readonly string[];
  /** The only directory that the tool is meant to write to. */
  readonly directory: string;
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
  /** Lines of its standard output as they come. @default collected */
  onLine?(line: string): void;
}

export interface ToolResult {
  /** 0 when it did its work. */
  readonly status: number;
  readonly timedOut: boolean;
  /** Empty where `onLine` took it. */
  readonly stdout: string;
  /** The last lines of what it complained about. */
  readonly stderr: string;
}

/** Virtual memory of a tool. A ladder from 4K takes about 3 GB; a file that makes it ask for more than the machine has dies. */
const MEMORY_LIMIT_KIB = Math.ceil(Math.max(6 * 1024 ** 3, totalmem()) / 1024);
const MAX_STDOUT = 32 * 1024 * 1024;
const MAX_STDERR = 64 * 1024;

/**
 * Starts the tool with a limit of memory (where the shell has no such limit, as on macOS, without) and beside it a
 * watcher that kills it when file descriptor 3 ends: at our word, or because this process died, so that no encoder goes
 * on for nobody.
 */
const SUPERVISOR = `
ulimit -v ${MEMORY_LIMIT_KIB} 2>/dev/null
"$@" 3<&- &
tool=$!
{ cat <&3; kill -9 $tool; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $tool
status=$?
kill $watcher 2>/dev/null
exit $status
`;

/**
 * Runs ffmpeg or ffprobe on a file that nobody trusts: without this process's environment, with limits of memory and
 * time. That it opens nothing but its input is `INPUT_RESTRICTIONS`.
 *
 * @throws Error if it cannot be started, or what `signal` was aborted with
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  run.signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', run.path, ...run.args], {
    cwd: run.directory,
    env: { PATH: '/usr/bin:/bin', HOME: run.directory, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const lifeline = child.stdio[3];
  // The other end may go first.
  lifeline?.on('error', () => undefined);
  const stop = (): void => void lifeline?.destroy();
  run.signal.addEventListener('abort', stop, { once: true });
  child.once('exit', stop);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, run.timeLimitMs);
  try {
    const result = await outcome(child, run, stop);
    run.signal.throwIfAborted();
    return { ...result, timedOut };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', stop);
  }
}

/** Options before an input: no network, no other files, no picture that would fill the memory. */
export const INPUT_RESTRICTIONS = ['-protocol_whitelist', 'file', '-max_pixels', String(16_384 * 8192)] as const;

async function outcome(child: ChildProcess, run: ToolRun, stop: () => void): Promise<Omit<ToolResult, 'timedOut'>> {
  let stdout = '';
  let stderr = '';
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (run.onLine === undefined) {
      stdout += text;
      if (stdout.length > MAX_STDOUT) stop();
      return;
    }
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) run.onLine(line);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-MAX_STDERR);
  });
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { status, stdout, stderr };
}
