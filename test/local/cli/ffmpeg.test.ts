import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg, getFfmpeg } from '../../../local/cli/ffmpeg.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'ffmpeg-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function program(name: string, output: string, mode = 0o755): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\necho '${output}'\n`);
  chmodSync(path, mode);
  return path;
}

test('takes FFMPEG_PATH with the ffprobe beside it', async () => {
  const path = program('ffmpeg', 'Encoders:\nlibx264');
  const ffprobePath = join(directory, 'ffprobe');
  copyFileSync(path, ffprobePath);
  expect(await findFfmpeg({ FFMPEG_PATH: path })).toEqual({ ffmpegPath: path, ffprobePath });
});

test.each([
  ['that does not exist', () => undefined, 'does not exist'],
  ['that is another program', () => program('ffmpeg', 'hello'), 'is not ffmpeg'],
  ['that cannot encode H.264', () => program('ffmpeg', 'Encoders:'), 'was built without libx264'],
  ['that is not executable', () => program('ffmpeg', '', 0o644), 'cannot be run'],
])('names FFMPEG_PATH for a path %s', async (_name, make, problem) => {
  make();
  program('ffprobe', '');
  const path = join(directory, 'ffmpeg');
  await expect(findFfmpeg({ FFMPEG_PATH: path })).rejects.toThrow(`FFMPEG_PATH is ${path}`);
  await expect(findFfmpeg({ FFMPEG_PATH: path })).rejects.toThrow(problem);
});

test('checks the ffmpeg of this process once, also for other realms', () => {
  const runs = join(directory, 'runs');
  const path = program('ffmpeg', '');
  writeFileSync(path, `#!/bin/sh\necho x >> '${runs}'\necho libx264\n`);
  program('ffprobe', '');
  const before = process.env['FFMPEG_PATH'];
  process.env['FFMPEG_PATH'] = path;
  try {
    expect(getFfmpeg()).toEqual(getFfmpeg());
    jest.isolateModules(() => {
      const { getFfmpeg: getInOtherRealm } = require('../../../local/cli/ffmpeg.ts') as { getFfmpeg: typeof getFfmpeg };
      expect(getInOtherRealm()).toEqual(getFfmpeg());
    });
    expect(readFileSync(runs, 'utf8')).toBe('x\n');
  } finally {
    if (before === undefined) delete process.env['FFMPEG_PATH'];
    else process.env['FFMPEG_PATH'] = before;
  }
});
