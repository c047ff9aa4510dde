import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type S3Server, startS3 } from '../../support/local/s3-server.ts';

const hasRclone = spawnSync('rclone', ['version']).status === 0;
if (!hasRclone) process.stderr.write('rclone is not on the PATH: its tests are skipped.\n');

(hasRclone ? describe : describe.skip)('rclone', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b', { versioning: 'Enabled' });
  });
  afterAll(async () => await server.close());

  const rclone = async (args: readonly string[], input = ''): Promise<string> => {
    const { accessKeyId, secretAccessKey } = server.credentials.operator();
    const running = promisify(execFile)('rclone', ['--retries', '1', '--low-level-retries', '1', ...args], {
      cwd: server.dir,
      env: {
        PATH: process.env['PATH'],
        HOME: server.dir,
        RCLONE_CONFIG_S3_TYPE: 's3',
        RCLONE_CONFIG_S3_PROVIDER: 'Other',
        RCLONE_CONFIG_S3_ENDPOINT: server.endpoint,
        RCLONE_CONFIG_S3_ACCESS_KEY_ID: accessKeyId,
        RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: secretAccessKey,
      },
    });
    running.child.stdin?.end(input);
    return (await running).stdout;
  };

  test('copies a file under another name, streams one, and reads both', async () => {
    const film = randomBytes(6 * 1024 ** 2);
    writeFileSync(path.join(server.dir, 'film.mp4'), film);
    await rclone(['copyto', 'film.mp4', 's3:b/in/other name.mp4', '--s3-upload-cutoff', '5M', '--s3-chunk-size', '5M']);
    await rclone(['rcat', 's3:b/in/streamed.txt'], 'from a pipe');
    expect(await rclone(['lsf', 's3:b/in'])).toBe('other name.mp4\nstreamed.txt\n');
    expect(await rclone(['cat', 's3:b/in/streamed.txt'])).toBe('from a pipe');
    await rclone(['moveto', 's3:b/in/other name.mp4', 's3:b/moved.mp4']);
    await rclone(['copyto', 's3:b/moved.mp4', 'back.mp4']);
    expect(readFileSync(path.join(server.dir, 'back.mp4')).equals(film)).toBe(true);
  });

  test('is told that the bucket allows no ACLs', async () => {
    writeFileSync(path.join(server.dir, 'a.txt'), 'a');
    const copy = rclone(['copyto', 'a.txt', 's3:b/a.txt', '--s3-acl', 'public-read']);
    await expect(copy).rejects.toThrow('AccessControlListNotSupported');
  });
});
