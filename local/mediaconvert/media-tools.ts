import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir, totalmem } from 'node:os';
import type { FilterSupport } from '../../media/stills/rec709-filters.ts';

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
  readonly timedOut: boolean;
  /** Standard output; empty if `onLine` received it. */
  readonly stdout: string;
  /** Last lines of standard error. */
  readonly stderr: string;
}

/** Limit of a tool's virtual memory. A ladder from 4K takes about 3 GB; a file that needs more than the machine has fails. */
const MEMORY_LIMIT_KIB = Math.ceil(Math.max(6 * 1024 ** 3, totalmem()) / 1024);
const MAX_STDOUT = 32 * 1024 * 1024;
const MAX_STDERR = 64 * 1024;

/**
 * Shell script that starts the tool with a memory limit (none where the shell does not support one, as on macOS) and a
 * watcher that kills it when file descriptor 3 closes: because this process closed it, or died and could not stop the tool.
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
 * Runs ffmpeg or ffprobe on an untrusted file: without this process's environment, with limits of memory and time.
 * `INPUT_RESTRICTIONS` keep it from opening anything but its input.
 *
 * @throws Error if the tool cannot be started; the reason of `signal` if it is aborted
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  run.signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', run.path, ...run.args], {
    cwd: run.directory,
    env: { PATH: '/usr/bin:/bin', HOME: run.directory, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const lifeline = child.stdio[3];
  // The tool may close its end first.
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
    const result = await waitForOutcome(child, run, stop);
    run.signal.throwIfAborted();
    return { ...result, timedOut };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', stop);
  }
}

/** Options before an input: files only, no network, no frame that would fill the memory. */
export const INPUT_RESTRICTIONS = ['-protocol_whitelist', 'file', '-max_pixels', String(16_384 * 8192)] as const;

async function waitForOutcome(
  child: ChildProcess,
  run: ToolRun,
  stop: () => void,
): Promise<Omit<ToolResult, 'timedOut'>> {
  let stdout = '';
  let stderr = '';
  let unfinishedLine = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (run.onLine === undefined) {
      stdout += text;
      if (stdout.length > MAX_STDOUT) stop();
      return;
    }
    const lines = `${unfinishedLine}${text}`.split('\n');
    unfinishedLine = lines.pop() ?? '';
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

/** Detects the optional filters of an ffmpeg build. */
export async function detectFilterSupport(tools: MediaTools): Promise<FilterSupport> {
  const { stdout } = await runTool({
    path: tools.ffmpegPath,
    args: ['-hide_banner', '-filters'],
    directory: tmpdir(),
    timeLimitMs: 30_000,
    signal: new AbortController().signal,
  });
  return { zscale: / zscale /.test(stdout) };
}
