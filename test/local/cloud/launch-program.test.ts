import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { launchProgram } from '../../../local/cloud/launch-program.ts';

const MODULE = join(import.meta.dirname, '../../../local/cloud/launch-program.ts');
/** Line of the host for a program without errors. */
const EXITED = 'exit {"status":0,"signal":null}';

interface Launched extends ReturnType<typeof launchProgram> {
  /** Standard output and standard error so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves with the first whole line of standard output. */
  readonly firstLine: Promise<string>;
}

function launch(script: string, more: Partial<Parameters<typeof launchProgram>[0]> = {}): Launched {
  const output = { stdout: '', stderr: '' };
  const { promise: firstLine, resolve } = Promise.withResolvers<string>();
  const program = launchProgram({
    path: '/bin/sh',
    args: ['-c', script],
    cwd: tmpdir(),
    env: {},
    onStdout: (chunk) => {
      output.stdout += chunk.toString();
      if (output.stdout.includes('\n')) resolve(output.stdout.split('\n', 1)[0] ?? '');
    },
    onStderr: (chunk) => (output.stderr += chunk.toString()),
    ...more,
  });
  return { ...program, output, firstLine };
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
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  return true;
}

/** Starts a process that launches scripts one after another and prints what they print; it has its own temporary directory. */
function startHost(temporaryDirectory: string, ...scripts: readonly string[]) {
  const source = `
    const { launchProgram } = await import(${JSON.stringify(MODULE)});
    const onStdout = (chunk) => process.stdout.write(chunk);
    const env = { PATH: '/usr/bin:/bin' };
    const options = { path: '/bin/sh', cwd: '/', env, onStdout, onStderr: onStdout };
    process.on('SIGINT', () => undefined);
    for (const script of ${JSON.stringify(scripts)}) {
      console.log('exit ' + JSON.stringify(await launchProgram({ ...options, args: ['-c', script] }).closed));
    }`;
  const host = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, TMPDIR: temporaryDirectory },
  });
  return { host, lines: createInterface({ input: host.stdout })[Symbol.asyncIterator]() };
}

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'launch-program-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

test('returns the exit status after the whole output', async () => {
  const program = launch('seq 1 100000; echo problem >&2; exit 3', { env: { PATH: '/usr/bin:/bin' } });
  expect(await program.closed).toEqual({ status: 3, signal: null });
  expect(program.output.stdout).toHaveLength(588_895);
  expect(program.output.stdout.endsWith('\n100000\n')).toBe(true);
  expect(program.output.stderr).toBe('problem\n');
});

test('keeps the output of concurrent programs apart', async () => {
  const programs = Array.from({ length: 20 }, (_, index) => launch(`echo out ${index}; echo err ${index} >&2`));
  await Promise.all(programs.map(({ closed }) => closed));
  expect(programs.map(({ output }) => output)).toEqual(
    programs.map((_, index) => ({ stdout: `out ${index}\n`, stderr: `err ${index}\n` })),
  );
});

test('passes arguments, working directory and only the given environment', async () => {
  const program = launch('', {
    args: ['-c', 'pwd -P; echo "$1"; env', 'sh', ' a\nb '],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', ONLY: 'this' },
  });
  await program.closed;
  const [cwd, ...rest] = program.output.stdout.split('\n');
  expect(cwd).toBe('/');
  expect(rest.slice(0, 2)).toEqual([' a', 'b ']);
  const names = rest.slice(2, -1).map((line) => line.split('=', 1)[0] ?? '');
  // The shell adds the others.
  const given = names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name));
  expect(new Set(given)).toEqual(new Set(['ONLY', 'PATH']));
});

test.each([
  ['a missing program', { path: '/missing/program' }, /ENOENT/],
  ['a missing working directory', { cwd: '/missing/directory' }, /ENOENT/],
  ['an argument with U+0000', { args: ['-c', 'a\0b'] }, /null bytes/],
])('reports %s', async (_name, options, message) => {
  const program = launch('exit 0', options);
  expect(await program.exited).toEqual({ error: expect.stringMatching(message) });
  expect(await program.closed).toEqual(await program.exited);
});

test('kills a program with the processes that it started', async () => {
  const program = launch('sleep 600 & echo $!; wait', { env: { PATH: '/usr/bin:/bin' } });
  const child = Number(await program.firstLine);
  program.kill();
  expect(await program.closed).toEqual({ status: null, signal: 'SIGKILL' });
  expect(await hasEnded(child)).toBe(true);
});

test('kills a program that is just being started', async () => {
  const program = launch('exec sleep 600', { env: { PATH: '/usr/bin:/bin' } });
  program.kill();
  expect(await program.exited).toEqual({ status: null, signal: 'SIGKILL' });
});

test('ignores a kill after the exit', async () => {
  const program = launch('exit 7');
  await program.exited;
  program.kill();
  expect(await program.closed).toEqual({ status: 7, signal: null });
});

test('reports every program when the launcher is killed, and starts another launcher', async () => {
  const lifeline = 'cat <&3 >/dev/null & echo $PPID $!; wait';
  const programs = [1, 2].map(() => launch(lifeline, { env: { PATH: '/usr/bin:/bin' } }));
  const [first, second] = await Promise.all(programs.map(({ firstLine }) => firstLine));
  const [launcher = 0, watcher = 0] = (first ?? '').split(' ').map(Number);
  process.kill(launcher, 'SIGKILL');
  for (const { closed } of programs) {
    expect(await closed).toEqual({ error: expect.stringContaining('ended unexpectedly (SIGKILL)') });
  }
  expect(await hasEnded(watcher)).toBe(true);
  expect(await hasEnded(Number((second ?? '').split(' ')[1]))).toBe(true);
  const next = launch('echo $PPID');
  expect(await next.closed).toEqual({ status: 0, signal: null });
  expect(Number(next.output.stdout)).not.toBe(launcher);
});

test('starts another launcher when the temporary directory was cleared', async () => {
  const { host, lines } = startHost(directory, `echo $PPID; rm -r ${directory}/*`, 'echo $PPID');
  const launchers: string[] = [];
  for await (const line of lines) launchers.push(line);
  expect(launchers).toEqual([launchers[0], EXITED, launchers[2], EXITED]);
  expect(await hasEnded(Number(launchers[0]))).toBe(true);
  expect(await hasEnded(Number(launchers[2]))).toBe(true);
  expect(host.exitCode).toBe(0);
  expect(await readdir(directory)).toEqual([]);
});

test('leaves neither a launcher, nor a program, nor a file when the process that launched it is killed', async () => {
  const { host, lines } = startHost(directory, 'cat <&3 >/dev/null & echo $PPID $!; wait');
  const [launcher = 0, watcher = 0] = String((await lines.next()).value).split(' ').map(Number);
  expect([isAlive(launcher), isAlive(watcher)]).toEqual([true, true]);
  host.kill('SIGKILL');
  expect(await hasEnded(launcher)).toBe(true);
  expect(await hasEnded(watcher)).toBe(true);
  expect(await readdir(directory)).toEqual([]);
});

test('lets a program finish when Ctrl-C signals the process group', async () => {
  const gate = join(directory, 'gate');
  const { host, lines } = startHost(directory, `echo $PPID; while ! [ -e '${gate}' ]; do sleep 0.01; done; echo done`);
  const launcher = Number((await lines.next()).value);
  process.kill(-(host.pid ?? 0), 'SIGINT');
  process.kill(launcher, 'SIGINT');
  await writeFile(gate, '');
  expect((await lines.next()).value).toBe('done');
  expect((await lines.next()).value).toBe(EXITED);
  expect(await once(host, 'exit')).toEqual([0, null]);
  expect(await hasEnded(launcher)).toBe(true);
});
