import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePortPair } from '../../support/laptop-cloud.ts';

const MAIN = join(import.meta.dirname, '../../../local/main.mjs');

let state: string;
beforeEach(() => void (state = mkdtempSync(join(tmpdir(), 'damaged-start-'))));
afterEach(() => rmSync(state, { recursive: true }));

async function start(): Promise<{ status: unknown; errors: string }> {
  const port = String(await findFreePortPair());
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'start', '--state', state, '--port', port], (error, _output, errors) =>
      resolve({ status: error?.code, errors }),
    );
  });
}

test('a start with a damaged file names it and what to do, exits with status 2, and leaves the state unlocked and unchanged', async () => {
  writeFileSync(join(state, 'credentials.json'), '');
  const message =
    `The state in ${state} cannot be opened: credentials.json is damaged: it is empty. Restore it from a backup, or delete it, ` +
    'which replaces all access keys.\n';
  expect(await start()).toEqual({ status: 2, errors: message });
  expect(readFileSync(join(state, 'credentials.json'), 'utf8')).toBe('');
  expect(readdirSync(state)).not.toContain('owner.json');
  // The lock is free, and nothing but the damage has been noticed.
  expect(await start()).toMatchObject({ status: 2, errors: message });
});

test('a start refuses objects without their index instead of starting empty', async () => {
  mkdirSync(join(state, 's3/segments/ab'), { recursive: true });
  writeFileSync(join(state, 's3/segments/ab/abc'), 'bytes');
  expect(await start()).toEqual({
    status: 2,
    errors:
      `The state in ${state} cannot be opened: s3/index.sqlite is damaged: it is missing, although s3/segments holds files ` +
      'of objects. Restore it from a backup, or delete the whole state directory, which loses all videos.\n',
  });
  expect(readdirSync(join(state, 's3'))).toEqual(['segments']);
});
