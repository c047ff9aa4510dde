import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findFreePortPair } from '../test/support/laptop-cloud.ts';
import type { Command } from './pinned.ts';
import { requireProgram } from './require-program.ts';

/** @throws SkippedError if nginx is not installed */
export function findNginx(): string {
  return requireProgram('nginx', 'apt-get install nginx-light');
}

/** An nginx with one worker. */
export interface RunningNginx extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/**
 * Starts an nginx that serves the files of a directory on 127.0.0.1 until the scope ends.
 *
 * @param command path of nginx, or a command that runs it in its own process and passes its arguments on
 */
export async function startNginx([program, ...before]: Command, directory: string): Promise<RunningNginx> {
  const port = await findFreePortPair();
  const configuration = join(directory, 'nginx.conf');
  writeFileSync(configuration, configurationFor(directory, port));
  const args = [...before, '-p', directory, '-c', configuration, '-e', 'stderr'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [errors, exited] = [text(child.stderr), once(child, 'exit')];
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(url).then(() => true, () => false))) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${await errors}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Returns the packaged configuration with other paths, and no limit of requests per connection that the load would reach. */
function configurationFor(directory: string, port: number): string {
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${directory}/nginx.pid;
events { worker_connections 128; }
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${directory}/${kind};`).join(' ')}
  access_log ${directory}/access.log;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000000;
  server { listen 127.0.0.1:${port}; root ${directory}; }
}
`;
}
