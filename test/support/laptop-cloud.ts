import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Laptop cloud in its own process, as `npm start` runs it. */
export interface LaptopCloudHandle {
  readonly stateDirectory: string;
  readonly port: number;
  /** Returns everything printed so far. */
  output(): string;
  /** Sends SIGINT, as Ctrl-C does, and resolves with the exit status. */
  stop(): Promise<number | null>;
  /** Kills the process with SIGKILL. */
  kill(): Promise<void>;
}

export interface SpawnOptions {
  /** Further arguments of `start`, besides port and state. */
  readonly args?: readonly string[];
  /** @default a new temporary directory */
  readonly stateDirectory?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const READY = /^Ready for uploads/;

/** Starts a laptop cloud and waits until it is ready. @throws Error with its output, if it exits first */
export async function spawnLaptopCloud(options: SpawnOptions = {}): Promise<LaptopCloudHandle> {
  const stateDirectory = options.stateDirectory ?? (await mkdtemp(join(tmpdir(), 'sluice-test-')));
  const port = options.port ?? (await findFreePortPair());
  const { child, lines } = run(
    ['start', '--port', String(port), '--state', stateDirectory, ...(options.args ?? [])],
    options.env,
  );
  const exited = once(child, 'exit') as Promise<[number | null]>;
  await untilReady(child, lines);
  const signal = async (name: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(name);
    const [status] = await exited;
    return status;
  };
  return {
    stateDirectory,
    port,
    output: () => lines.join('\n'),
    stop: () => signal('SIGINT'),
    kill: async () => void (await signal('SIGKILL')),
  };
}

/** Runs `local/main.mjs` until it exits, as `npm start -- … --exit` and `npm run play` do. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ status: number | null; output: string }> {
  const { child, lines } = run(args, env);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output: lines.join('\n') };
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; lines: string[] } {
  const child = spawn(process.execPath, ['local/main.mjs', ...args], {
    cwd: PROJECT_ROOT,
    env: { ...withoutAws(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => lines.push(line));
  }
  return { child, lines };
}

async function untilReady(child: ChildProcess, lines: readonly string[]): Promise<void> {
  while (!lines.some((line) => READY.test(line))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The laptop cloud ended before it was ready:\n${lines.join('\n')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Finds a free port whose successor is free too. */
export async function findFreePortPair(): Promise<number> {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const { port } = first.address() as AddressInfo;
    const second = createServer();
    const free = await new Promise<boolean>((resolve) => {
      second.once('error', () => resolve(false)).listen(port + 1, '127.0.0.1', () => resolve(true));
    });
    await Promise.all([close(first), close(second)]);
    if (free) return port;
  }
}

function close(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}

export function removeState(stateDirectory: string): Promise<void> {
  return rm(stateDirectory, { recursive: true, force: true });
}
