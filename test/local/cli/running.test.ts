import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunning } from '../../../local/cli/running.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'running-'))));
afterEach(() => rmSync(directory, { recursive: true }));

test('says what is wrong with a directory without state, and with a file in its place', () => {
  expect(() => readRunning(directory)).toThrow('holds no state of a laptop cloud. Run npm start first.');
  const file = join(directory, 'file');
  writeFileSync(file, '');
  expect(() => readRunning(file)).toThrow(`${file} is a file, not a state directory.`);
});
