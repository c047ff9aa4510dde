/**
 * Starts programs for a larger process, which would block for as long as the system copies its page tables. Each program's
 * output connects to that process directly; file descriptor 3 of a program closes when this process ends, and this process
 * ends with the one that started it. It is plain JavaScript that imports only Node's modules, so that it starts fast and
 * stays small.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';

const [, , socketPath] = process.argv;
/** Promises of running programs by id. */
const programs = new Map();

// A service manager signals every process of the laptop cloud. The parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

process.on('disconnect', () => {
  rmSync(dirname(socketPath), { recursive: true, force: true });
  process.exit(0);
});

process.on('message', ({ id, start }) => {
  if (start === undefined) void kill(id);
  else programs.set(id, run(id, start));
});

async function run(id, { path, args, cwd, env }) {
  const report = (exit) => {
    programs.delete(id);
    // The channel is closed if the parent has ended.
    process.send({ id, exit }, () => undefined);
  };
  let outputs = [];
  try {
    outputs = await Promise.all([connectOutput(`${id} 1\n`), connectOutput(`${id} 2\n`)]);
    const child = spawn(path, args, { cwd, env, detached: true, stdio: ['ignore', ...outputs, 'pipe'] });
    // The program may close its end first.
    child.stdio[3]?.on('error', () => undefined);
    child.once('error', (error) => report({ error: error.message }));
    child.once('exit', (status, signal) => report({ status, signal }));
    return child;
  } catch (error) {
    report({ error: error.message });
    return undefined;
  } finally {
    // The program has copies.
    for (const output of outputs) output.destroy();
  }
}

/** Opens a stream to the parent, which learns from the first line whose output follows. */
async function connectOutput(line) {
  const socket = connect(socketPath);
  await once(socket, 'connect');
  await new Promise((resolve, reject) => {
    socket.write(line, (error) => (error ? reject(error) : resolve()));
  });
  return socket;
}

/** Kills a program with every process that it started. */
async function kill(id) {
  const child = await programs.get(id);
  if (child?.pid === undefined || !programs.has(id)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
