import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../../local/template/synthesize.ts';

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'synthesize-'));
  directory = join(root, 'assembly');
  mkdirSync(join(root, 'bin'));
  // Writes what it was told, in place of the real app.
  writeApp(`
    import { mkdirSync, writeFileSync } from 'node:fs';
    const { CDK_OUTDIR: directory, CDK_CONTEXT_JSON: context } = process.env;
    mkdirSync(directory, { recursive: true });
    writeFileSync(directory + '/manifest.json', context);`);
});
afterEach(() => rmSync(root, { recursive: true }));

function writeApp(source: string): void {
  writeFileSync(join(root, 'bin/app.ts'), source);
}

/** Synthesizes, and returns the context that the app received, or undefined if it did not run. */
async function run(context?: Readonly<Record<string, string>>): Promise<unknown> {
  let ran = false;
  await synthesize(root, directory, { ...(context && { context }), onRun: () => void (ran = true) });
  return ran ? JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) : undefined;
}

test('passes settings to the app as the CDK command line does, and runs it again when they change', async () => {
  expect(await run({ stage: 'prod' })).toEqual({ stage: 'prod' });
  expect(await run({ stage: 'prod' })).toBeUndefined();
  expect(await run({ stage: 'dev' })).toEqual({ stage: 'dev' });
  expect(await run()).toEqual({});
  expect(await run()).toBeUndefined();
});

test('shows the errors of wrong settings alone, and runs again after a failure', async () => {
  writeApp("console.error('Configuration:\\n  stage: wrong'); process.exitCode = 1;");
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(run({ stage: 'x' })).rejects.toThrow(/^Configuration:\n {2}stage: wrong$/);
  }
});

test('ends the app when it is interrupted', async () => {
  writeApp('setInterval(() => {}, 1000);');
  const controller = new AbortController();
  const reason = new Error('interrupted');
  const synthesis = synthesize(root, directory, { signal: controller.signal, onRun: () => setImmediate(() => controller.abort(reason)) });
  await expect(synthesis).rejects.toBe(reason);
});
