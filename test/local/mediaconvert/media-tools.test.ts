import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../../local/mediaconvert/media-tools.ts';

function run(script: string, more: Partial<Parameters<typeof runTool>[0]> = {}) {
  return runTool({
    path: '/bin/sh',
    args: ['-c', script],
    directory: tmpdir(),
    timeLimitMs: 60_000,
    signal: new AbortController().signal,
    ...more,
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the process has ended, and returns true. */
async function hasEnded(pid: number): Promise<boolean> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  return true;
}

test('returns the output and the exit status of a tool', async () => {
  expect(await run('echo out; echo err >&2; exit 3')).toEqual({
    status: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
});

test('passes lines on as they arrive', async () => {
  const lines: string[] = [];
  await run('printf "a\\nb"; echo c', { onLine: (line) => lines.push(line) });
  expect(lines).toEqual(['a', 'bc']);
});

test('hides the environment of this process', async () => {
  process.env['SLUICE_TEST_SECRET'] = 'secret';
  const { stdout } = await run('env');
  delete process.env['SLUICE_TEST_SECRET'];
  expect(stdout).not.toContain('secret');
});

test('kills a tool that exceeds its time limit, and says so', async () => {
  await expect(run('exec sleep 600', { timeLimitMs: 50 })).rejects.toMatchObject({ reason: 'time_limit' });
});

test.each([
  ['killed by another process', 'echo "moov atom not found" >&2; kill -9 $$', 'killed'],
  ['terminated', 'kill -TERM $$', 'killed'],
  ['crashed', 'kill -SEGV $$', 'killed'],
  ['interrupted, as ffmpeg reports it', 'exit 255', 'killed'],
  ['out of disk space', 'echo "Invalid data found when processing input" >&2; echo "av_interleaved_write_frame(): No space left on device" >&2; exit 228', 'disk_full'],
])('does not take a tool that was %s for one that refused its input', async (_name, script, reason) => {
  await expect(run(script)).rejects.toMatchObject({ name: 'ToolStoppedError', reason });
});

test.each([1, 69, 183, 187, 234, 244, 254])('returns status %i, with which ffmpeg and ffprobe refuse an input', async (status) => {
  expect(await run(`exit ${status}`)).toMatchObject({ status });
});

test('returns a failure if a tool writes more than any file can be described by', async () => {
  expect(await run('exec cat /dev/zero')).toMatchObject({ status: 137 });
});

test('kills a tool when its signal is aborted', async () => {
  const abort = new AbortController();
  let pid = 0;
  const running = run('echo $$; exec sleep 600', {
    signal: abort.signal,
    onLine: (line) => {
      pid = Number(line);
      abort.abort(new Error('canceled'));
    },
  });
  await expect(running).rejects.toThrow('canceled');
  expect(await hasEnded(pid)).toBe(true);
});

test('kills a tool when the process that started it dies', async () => {
  const module = join(import.meta.dirname, '../../../local/mediaconvert/media-tools.ts');
  const script = `
    const { runTool } = await import(${JSON.stringify(module)});
    const options = { directory: '/tmp', timeLimitMs: 600000, signal: new AbortController().signal, onLine: console.log };
    await runTool({ path: '/bin/sh', args: ['-c', 'echo $$; exec sleep 600'], ...options });`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  expect(await hasEnded(Number(line))).toBe(true);
});

test('lets a tool finish when a terminal interrupts the process group, as Ctrl-C does', async () => {
  const module = join(import.meta.dirname, '../../../local/mediaconvert/media-tools.ts');
  const script = `
    const { runTool } = await import(${JSON.stringify(module)});
    process.on('SIGINT', () => undefined);
    const options = { directory: '/tmp', timeLimitMs: 600000, signal: new AbortController().signal, onLine: console.log };
    const { status } = await runTool({ path: '/bin/sh', args: ['-c', 'echo $$; sleep 0.2; echo done'], ...options });
    console.log('status ' + status);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let output = '';
  parent.stdout.on('data', (text: Buffer) => (output += text.toString()));
  await once(parent.stdout, 'data');
  process.kill(-(parent.pid ?? 0), 'SIGINT');
  await once(parent, 'close');
  expect(output).toMatch(/^\d+\ndone\nstatus 0\n$/);
});
