import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { startLaptop } from '../../support/local/laptop.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function end(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(10);
}

test.each([
  ['waits for an invocation', ''],
  ['is running one', 'await new Promise((done) => setTimeout(done, 1e6));'],
])('ends the process of a function that %s when the cloud is killed', async (_name, code) => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  const local = join(import.meta.dirname, '../../../local');
  await writeFile(
    join(dir, 'index.mjs'),
    `export const handler = async () => { process.stdout.write('PID ' + process.pid + '\\n'); ${code} };`,
  );
  await writeFile(
    join(dir, 'host.ts'),
    `import { readFileSync } from 'node:fs';
    import { Directory } from '${local}/cloud/directory.ts';
    import { Lambda } from '${local}/lambda/lambda.ts';
    const dir = ${JSON.stringify(dir)};
    const credentials = { forRole: () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiresAt: new Date('9999-01-01') }) };
    const lambda = await Lambda.open({ dir, logsDir: dir, directory: new Directory(), credentials, endpoint: () => 'http://127.0.0.1:9' });
    lambda.define({
      name: 'f', arn: 'arn:aws:lambda:us-east-1:000000000000:function:f', logicalId: 'F', handler: 'index.handler', runtime: 'nodejs24.x',
      assetDir: dir, environment: {}, timeoutSeconds: 900, memoryMb: 128, roleArn: 'role',
    });
    void lambda.invoke('f', '{}');
    const timer = setInterval(() => {
      let log = '';
      try { log = readFileSync(dir + '/F.log', 'utf8'); } catch {}
      const pid = /PID (\\d+)\\n/.exec(log)?.[1];
      if (pid === undefined) return;
      clearInterval(timer);
      process.stdout.write(pid);
    }, 10);
    setInterval(() => {}, 1000);`,
  );
  const host = spawn(process.execPath, [join(dir, 'host.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(host, 'exit');
  const [output] = await once(host.stdout, 'data');
  const pid = Number(String(output));
  expect(isAlive(pid)).toBe(true);
  host.kill('SIGKILL');
  await exited;
  await end(pid);
  await rm(dir, { recursive: true, force: true });
});

test('leaves no process and no temporary file after closing', async () => {
  const laptop = await startLaptop();
  const arn = await laptop.provisionFunction(
    'F',
    'export const handler = async () => [process.pid, process.env.TMPDIR];',
  );
  const { payload } = await laptop.lambda.invoke(arn, '{}');
  const [pid, directory] = z.tuple([z.number(), z.string()]).parse(JSON.parse(payload.toString()));
  await laptop.stop();
  expect(isAlive(pid)).toBe(false);
  await expect(writeFile(join(directory, 'file'), '')).rejects.toMatchObject({ code: 'ENOENT' });
  await laptop.remove().catch(() => undefined);
  await rm(laptop.dir, { recursive: true, force: true });
});
