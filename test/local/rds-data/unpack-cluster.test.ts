import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { unpackCluster } from '../../../local/rds-data/unpack-cluster.ts';

let directory: string;
let target: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cluster-'));
  target = join(directory, 'state', 'database');
});
afterEach(() => rmSync(directory, { recursive: true }));

const END = Buffer.alloc(1024);

/** Returns one entry of a tar archive in the ustar format. @param type 0 for a file, 2 for a link, 5 for a directory */
function entry(name: string, type: '0' | '2' | '5', content = ''): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar', 257);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

test.each([
  ['plain', (tar: Buffer) => tar],
  ['compressed', (tar: Buffer) => gzipSync(tar)],
])('writes files and directories of a %s archive that only their owner can read', (_name, pack) => {
  const [long, exact] = ['x'.repeat(700), 'y'.repeat(512)];
  const entries = [entry('/base', '5'), entry('/base/1', '0', long), entry('/base/2', '0', exact), entry('/empty', '0')];
  unpackCluster(pack(Buffer.concat([...entries, entry('/pg_wal', '5'), END])), target);
  expect(readdirSync(target, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual(['base', 'base/1', 'base/2', 'empty', 'pg_wal']);
  expect(readFileSync(join(target, 'base/1'), 'utf8')).toBe(long);
  expect(readFileSync(join(target, 'base/2'), 'utf8')).toBe(exact);
  expect(readFileSync(join(target, 'empty'), 'utf8')).toBe('');
  expect([target, join(target, 'base'), join(target, 'base/1')].map((path) => statSync(path).mode & 0o777)).toEqual([
    0o700, 0o700, 0o600,
  ]);
});

test.each([
  ['a path outside the directory', [entry('base/../../stolen', '0', 'x'), END], /unexpected entry: "base\/..\/..\/stolen"/],
  ['a link', [entry('link', '2'), END], /unexpected entry: "link"/],
  ['a file that is cut off', [entry('file', '0', 'x'.repeat(1024)).subarray(0, 1024)], /cut off/],
  ['no end', [entry('file', '0', 'x')], /cut off/],
  ['nothing', [], /cut off/],
  ['no header', [Buffer.alloc(1024, 'x')], /unexpected entry/],
] as const)('rejects an archive with %s', (_name, parts, message) => {
  expect(() => unpackCluster(Buffer.concat(parts), target)).toThrow(message);
  expect(readdirSync(directory)).toEqual(['state']);
});
