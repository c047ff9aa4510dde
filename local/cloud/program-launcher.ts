import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

export interface ProgramOptions {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  onStdout(chunk: Buffer): void;
  onStderr(chunk: Buffer): void;
}

/** Exit status or signal of a program, or the reason why it was not started or its exit is unknown. */
export type ProgramExit =
  | { readonly status: number | null; readonly signal: NodeJS.Signals | null; readonly error?: never }
  | { readonly error: string };

/** A program in a session of its own: Ctrl-C in a terminal does not reach it. */
export interface Program {
  /** Never rejects. */
  readonly exited: Promise<ProgramExit>;
  /** Resolves once the program has exited and its output is complete. Never rejects. */
  readonly closed: Promise<ProgramExit>;
  /** Kills the program and every process that it started. */
  kill(): void;
}

const LAUNCHER_PROCESS = join(import.meta.dirname, 'launcher-process.mjs');
const exitMessageSchema = z.object({
  id: z.number(),
  exit: z.union([
    z.object({ status: z.number().nullable(), signal: z.custom<NodeJS.Signals>().nullable() }),
    z.object({ error: z.string() }),
  ]),
});
/** Time after which a launcher without programs ends. */
const IDLE_MS = 60_000;

/**
 * Starts programs from a small process. Starting one from a process that uses hundreds of megabytes blocks it for up to a
 * tenth of a second, since the system copies its page tables, and slows down what follows.
 *
 * The output of a program arrives on a socket of its own, never later than what the program sends by other means.
 */
export class ProgramLauncher {
  readonly #directory = mkdtempSync(join(tmpdir(), 'sluice-launcher-'));
  readonly #socketPath = join(this.#directory, 'output');
  readonly #server: Server;
  readonly #process: ChildProcess;
  readonly #programs = new Map<number, LaunchedProgram>();
  #lastId = 0;
  #ended = false;
  #idle: NodeJS.Timeout | undefined;

  constructor() {
    // Without a socket no program can be started, and each reports why.
    this.#server = createServer((socket) => this.#accept(socket)).on('error', () => undefined);
    this.#server.listen(this.#socketPath).unref();
    this.#process = fork(LAUNCHER_PROCESS, [this.#socketPath], { detached: true, env: {}, execArgv: [], stdio: 'ignore' });
    this.#process.on('message', (message) => this.#handleExit(exitMessageSchema.parse(message)));
    this.#process.once('error', ({ message }) => this.#handleEnd(message));
    this.#process.once('exit', (status, signal) => this.#handleEnd(signal ?? `exit status ${status}`));
    this.#endWhenIdle();
  }

  /** Whether the launcher can start programs: it is running, and nobody has cleared the temporary directory. */
  get usable(): boolean {
    return !this.#ended && existsSync(this.#socketPath);
  }

  launch(options: ProgramOptions): Program {
    this.#lastId += 1;
    const id = this.#lastId;
    const program = new LaunchedProgram(options);
    this.#programs.set(id, program);
    this.#keepRunning();
    void program.closed.then(() => this.#remove(id));
    const { path, args, cwd, env } = options;
    this.#send({ id, start: { path, args, cwd, env } });
    return { exited: program.exited, closed: program.closed, kill: () => this.#send({ id }) };
  }

  #remove(id: number): void {
    this.#programs.delete(id);
    if (this.#programs.size === 0) this.#endWhenIdle();
  }

  /** Sends a message. A launcher that cannot receive it is about to end, which ends every program. */
  #send(message: object): void {
    if (!this.#ended) this.#process.send(message, () => undefined);
  }

  #handleExit({ id, exit }: z.infer<typeof exitMessageSchema>): void {
    this.#programs.get(id)?.exit(exit);
  }

  #handleEnd(reason: string): void {
    this.#ended = true;
    clearTimeout(this.#idle);
    this.#server.close();
    rmSync(this.#directory, { recursive: true, force: true });
    const error = `The process that starts programs ended unexpectedly (${reason}), and ended this program.`;
    for (const program of this.#programs.values()) program.exit({ error });
  }

  /** Connects the output of a program; the first line contains the program's id and the file descriptor. */
  #accept(socket: Socket): void {
    let head = Buffer.alloc(0);
    const readHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\n');
      if (end < 0) return;
      socket.off('data', readHead);
      const [id = 0, descriptor] = head.toString('latin1', 0, end).split(' ').map(Number);
      const program = this.#programs.get(id);
      if (program === undefined) socket.destroy();
      else program.connect(socket, descriptor === 1 ? 'stdout' : 'stderr', head.subarray(end + 1));
    };
    // A connection that fails is closed.
    socket.on('data', readHead).on('error', () => undefined);
  }

  /** Keeps this process and the launcher running until `#endWhenIdle`. */
  #keepRunning(): void {
    clearTimeout(this.#idle);
    this.#process.ref();
    this.#process.channel?.ref();
  }

  /** Lets this process end, and ends the launcher unless a program is launched. */
  #endWhenIdle(): void {
    if (this.#ended) return;
    this.#process.unref();
    this.#process.channel?.unref();
    this.#idle = setTimeout(() => {
      this.#ended = true;
      this.#process.disconnect();
    }, IDLE_MS).unref();
  }
}

class LaunchedProgram {
  readonly exited: Promise<ProgramExit>;
  readonly closed: Promise<ProgramExit>;
  readonly #options: ProgramOptions;
  readonly #exited = Promise.withResolvers<ProgramExit>();
  readonly #outputsClosed = Promise.withResolvers<void>();
  #openOutputs = 2;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.exited = this.#exited.promise;
    this.closed = this.exited.then(async (exit) => {
      // A program that was not started has no output.
      if (exit.error === undefined) await this.#outputsClosed.promise;
      return exit;
    });
  }

  exit(exit: ProgramExit): void {
    this.#exited.resolve(exit);
  }

  connect(socket: Socket, output: 'stdout' | 'stderr', first: Buffer): void {
    const read = (chunk: Buffer): void =>
      output === 'stdout' ? this.#options.onStdout(chunk) : this.#options.onStderr(chunk);
    if (first.length > 0) read(first);
    socket.on('data', read).once('close', () => {
      this.#openOutputs -= 1;
      if (this.#openOutputs === 0) this.#outputsClosed.resolve();
    });
  }
}
