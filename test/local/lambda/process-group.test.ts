import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LOCAL = join(import.meta.dirname, '../../../local');

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'process-group-'))));
afterEach(() => rm(dir, { recursive: true, force: true }));

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'lets a running function finish when %s reaches the whole process group and the process of the function',
  async (signal) => {
    await writeFile(
      join(dir, 'index.mjs'),
      `import { existsSync } from 'node:fs';
      export const handler = async () => {
        process.stdout.write('PID ' + process.pid + '\\n');
        while (!existsSync(${JSON.stringify(join(dir, 'gate'))})) await new Promise((done) => setTimeout(done, 5));
        return 'finished';
      };`,
    );
    await writeFile(
      join(dir, 'host.ts'),
      `import { readFileSync, writeFileSync } from 'node:fs';
      import { Directory } from '${LOCAL}/cloud/directory.ts';
      import { Lambda } from '${LOCAL}/lambda/lambda.ts';
      const dir = ${JSON.stringify(dir)};
      const credentials = { forRole: () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiresAt: new Date('9999-01-01') }) };
      const lambda = await Lambda.open({
        dir, logsDir: dir, directory: new Directory(), credentials, endpoint: () => 'http://127.0.0.1:9', closeGraceMs: 60_000,
      });
      lambda.define({
        name: 'f', arn: 'arn:aws:lambda:us-east-1:000000000000:function:f', logicalId: 'F', handler: 'index.handler', runtime: 'nodejs24.x',
        assetDir: dir, environment: {}, timeoutSeconds: 900, memoryMb: 128, roleArn: 'role',
      });
      process.on('${signal}', async () => {
        const closed = lambda.close();
        // After the process of the function has had the signal.
        setTimeout(() => writeFileSync(dir + '/gate', ''), 100);
        await closed;
      });
      lambda.invoke('f', '{}').then(({ payload, error }) => console.log(error?.message ?? payload.toString()), (error) => console.log(error.message));
      const timer = setInterval(() => {
        let log = '';
        try { log = readFileSync(dir + '/F.log', 'utf8'); } catch {}
        const pid = /PID (\\d+)\\n/.exec(log)?.[1];
        if (pid === undefined) return;
        clearInterval(timer);
        console.log(pid);
      }, 10);`,
    );
    const host = spawn(process.execPath, [join(dir, 'host.ts')], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const [pid] = (await once(host.stdout, 'data')) as [Buffer];
    let output = '';
    host.stdout.on('data', (text: Buffer) => (output += text.toString()));
    process.kill(-(host.pid ?? 0), signal);
    process.kill(Number(pid.toString()), signal);
    await once(host, 'close');
    expect(output).toBe('"finished"\n');
  },
);
