import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ENTRY = join(import.meta.dirname, '../../local/main.mjs');

/** Prints at the end whether Node has loaded its TypeScript compiler, and the cache that threads and processes inherit. */
const REPORT = `process.on('exit', () => process.stderr.write(JSON.stringify({
  compiled: process.moduleLoadList.some((name) => name.includes('amaro')),
  inherited: process.env.NODE_COMPILE_CACHE,
})));`;

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'main-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function runHelp(cache: string | undefined): unknown {
  const report = join(directory, 'report.cjs');
  writeFileSync(report, REPORT);
  const { NODE_COMPILE_CACHE: _ours, ...env } = process.env;
  const { stderr } = spawnSync(process.execPath, ['--require', report, ENTRY, 'start', '--help'], {
    encoding: 'utf8',
    env: { ...env, ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) },
  });
  return JSON.parse(stderr);
}

test('compiles no TypeScript in a later start', () => {
  const cache = join(directory, 'cache');
  expect([runHelp(cache), runHelp(cache)]).toEqual([
    { compiled: true, inherited: cache },
    { compiled: false, inherited: cache },
  ]);
});

test('passes its compile cache on to threads and processes', () => {
  expect(runHelp(undefined)).toMatchObject({ inherited: join(ENTRY, '../../node_modules/.cache/sluice') });
});
