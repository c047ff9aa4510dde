import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { footagePath } from '../support/footage.ts';

const MEDIA = join(import.meta.dirname, '..', '..', 'media');

test('the example of the README packages a video', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  try {
    const [, code = ''] = /```ts\n(.*?)```/s.exec(await readFile(join(MEDIA, 'README.md'), 'utf8')) ?? [];
    await writeFile(join(folder, 'example.ts'), code.replaceAll("'./", `'${MEDIA}/`));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await copyFile(footagePath, join(folder, 'video.mp4'));
    await promisify(execFile)(process.execPath, ['--no-warnings', 'example.ts'], { cwd: folder });
    const segments = [1, 2].flatMap((track) => ['init.mp4', '0.m4s', '1.m4s', '2.m4s', '3.m4s'].map((part) => `fmp4-${track}_${part}`));
    const playlists = ['index.m3u8', 'index.mpd', 'fmp4-1.m3u8', 'fmp4-2.m3u8'];
    const given = ['example.ts', 'package.json', 'video.mp4'];
    expect((await readdir(folder)).toSorted()).toEqual([...segments, ...playlists, ...given].toSorted());
    const sizes = await Promise.all(segments.map(async (name) => (await readFile(join(folder, name))).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(22_698_704);
    expect(code.trim().split('\n').filter((line) => line !== '' && !line.startsWith('import')).length).toBeLessThanOrEqual(20);
  } finally {
    await rm(folder, { recursive: true });
  }
});
