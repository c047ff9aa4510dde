import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { randomBytes } from 'node:crypto';
import { findProgram } from '../../../local/cli/find-program.ts';
import { type S3Server, startS3 } from '../../support/local/s3-server.ts';

const LAST_YEAR = new Date(Date.now() - 365 * 86_400_000);

const hasCli = findProgram('aws') !== undefined;
if (!hasCli && process.env['CI'] !== undefined)
  throw new Error('The AWS CLI is not on the PATH. CI skips no tests: install it.');
if (!hasCli) process.stderr.write('The AWS CLI is not on the PATH: its tests are skipped.\n');

(hasCli ? describe : describe.skip)('the AWS CLI', () => {
  let server: S3Server;
  let work: string;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('cli', { versioning: 'Enabled' });
    work = path.join(server.dir, 'work');
    mkdirSync(path.join(work, 'tree', 'sub & more'), { recursive: true });
    const files = [["it's 한글+%41.txt", 'text'], ['sub & more/bin', randomBytes(100_000)]] as const;
    for (const [name, content] of files) {
      const file = path.join(work, 'tree', name);
      writeFileSync(file, content);
      // S3 reports modification times in whole seconds, so an object of the same second would look older than its file.
      utimesSync(file, LAST_YEAR, LAST_YEAR);
    }
  });
  afterAll(async () => await server.close());

  const aws = async (...args: string[]): Promise<string> => {
    const { accessKeyId, secretAccessKey } = server.credentials.operator();
    const { stdout } = await promisify(execFile)('aws', args, {
      cwd: work,
      env: {
        PATH: process.env['PATH'],
        HOME: work,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: server.endpoint,
        LC_ALL: 'C.UTF-8',
      },
    });
    return stdout;
  };

  test('uploads a directory, does not upload it twice, and downloads it unchanged', async () => {
    await aws('s3', 'sync', '--only-show-errors', 'tree', 's3://cli/tree/');
    expect(await aws('s3', 'sync', 'tree', 's3://cli/tree/')).toBe('');
    await aws('s3', 'cp', '--recursive', '--only-show-errors', 's3://cli/tree/', 'back');
    for (const name of ["it's 한글+%41.txt", 'sub & more/bin']) {
      expect(readFileSync(path.join(work, 'back', name)).equals(readFileSync(path.join(work, 'tree', name)))).toBe(
        true,
      );
    }
  });

  test('uploads a large file in parts, copies, moves and removes it', async () => {
    writeFileSync(path.join(work, 'large'), randomBytes(1_000_000));
    truncateSync(path.join(work, 'large'), 20 * 1024 * 1024);
    await aws('s3', 'cp', '--only-show-errors', 'large', 's3://cli/large');
    expect((await server.s3.getObject({ bucket: 'cli', key: 'large' })).etag).toMatch(/-3$/);
    await aws('s3', 'mv', '--only-show-errors', 's3://cli/large', 's3://cli/moved');
    await aws('s3', 'cp', '--only-show-errors', 's3://cli/moved', 'returned');
    expect(readFileSync(path.join(work, 'returned')).equals(readFileSync(path.join(work, 'large')))).toBe(true);
    await aws('s3', 'rm', '--recursive', '--only-show-errors', 's3://cli/');
    const left: string[] = [];
    for await (const item of server.s3.list({ bucket: 'cli' })) left.push(item.key);
    expect(left).toEqual([]);
  });

  test('resumes or aborts a multipart upload after a restart of the server', async () => {
    const api = async (operation: string, ...args: string[]): Promise<Record<string, unknown>> => {
      const output = await aws('s3api', operation, '--bucket', 'cli', '--output', 'json', ...args);
      return output === '' ? {} : JSON.parse(output);
    };
    const create = async (key: string): Promise<string[]> => {
      const { UploadId } = await api('create-multipart-upload', '--key', key);
      return ['--key', key, '--upload-id', String(UploadId)];
    };
    for (const [name, size] of [['one', 5 * 1024 * 1024], ['two', 10]] as const) {
      writeFileSync(path.join(work, name), randomBytes(size));
    }
    const before = server.files().length;
    const [resumed, aborted] = await Promise.all([create('resumed'), create('aborted')]);
    await Promise.all([
      api('upload-part', ...resumed, '--part-number', '1', '--body', 'one'),
      api('upload-part', ...aborted, '--part-number', '1', '--body', 'two'),
    ]);
    server = await server.restart();
    const [listed, second] = await Promise.all([
      api('list-parts', ...resumed),
      api('upload-part', ...resumed, '--part-number', '2', '--body', 'two'),
      api('abort-multipart-upload', ...aborted),
    ]);
    const [first] = listed['Parts'] as { PartNumber: number; ETag: string; Size: number }[];
    expect(first).toMatchObject({ PartNumber: 1, Size: 5 * 1024 * 1024 });
    const Parts = [first, second].map((part, index) => ({ PartNumber: index + 1, ETag: part?.['ETag'] }));
    const refusal = api('list-parts', ...aborted);
    await Promise.all([
      api('complete-multipart-upload', ...resumed, '--multipart-upload', JSON.stringify({ Parts })),
      expect(refusal).rejects.toMatchObject({ stderr: expect.stringContaining('(NoSuchUpload)') }),
    ]);
    expect(server.files()).toHaveLength(before + 2);
    expect(await server.s3.getObject({ bucket: 'cli', key: 'resumed' })).toMatchObject({
      sizeBytes: 5 * 1024 * 1024 + 10,
    });
  });
});
