import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { STEPS } from '../../lambdas/contracts/steps.ts';
import { makeClip } from '../support/clips.ts';
import { findFreePortPair, runCommand, spawnLaptopCloud } from '../support/laptop-cloud.ts';

const run = promisify(execFile);
let directory: string;

beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'command-line-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, content: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe('npm start, run repeatedly with one state directory', () => {
  let parent: string;
  let port: number;
  let state: string;
  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'command-line-state-'));
    state = join(parent, 'state');
    port = await findFreePortPair();
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  const options = () => ['--state', state, '--port', String(port)];
  let videoId = '';

  test('with a video, another file and --exit, shows each step and where to watch, sums up and exits with status 1', async () => {
    const [movie, notes] = [file('my movie.mp4', await makeClip()), file('notes.mp4', 'only words')];
    const { status, output } = await runCommand(['start', movie, notes, '--exit', ...options()]);
    [, videoId = ''] = /my movie.mp4 {2}uploaded as video (\S+)/.exec(output) ?? [];
    const lines = output.split('\n');
    expect(lines[0]).toBe(`Sluice is starting. http://127.0.0.1:${port + 1}/ shows the pages once it is ready.`);
    expect(output).toMatch(/Building the app\n(?:.*\n)*Deploying the stacks: \d+ resources\n(?:.*\n)*Ready for uploads/);
    expect(output).toMatch(/my movie\.mp4 {2}uploaded/);
    expect(output).toMatch(/my movie\.mp4 {2}transcoding/);
    for (const step of STEPS) expect(output).toContain(`${step} done`);
    const [, page, url = ''] = /playable as uploaded after [\d.]+ s\n {2}(\S+)\n {2}(\S+)\n/.exec(output) ?? [];
    expect(output).toMatch(/my movie\.mp4 {2}ready after [\d.]+ s\n/);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v\/\S+\.m3u8\?\S+$/);
    expect(output).toContain('rejected: not_a_video: The file is not a video');
    expect(lines.slice(-4)).toEqual([
      expect.stringMatching(/^my movie\.mp4 {2}ready, 0:0\d long +\d+\.\d s {2}http/),
      expect.stringMatching(/^notes\.mp4 {5}rejected: not_a_video +\d+\.\d s {2,}docs\/errors\.md#not_a_video$/),
      '1 of 2 files is ready.',
      `To open the pages again: npm start -- --port ${port} --state ${state}`,
    ]);
    expect(output).toContain(`  ${page}`);
    expect(output).not.toContain('cannot be read');
    expect(status).toBe(1);
    expect(page).toBe(`http://127.0.0.1:${port + 1}/videos/${videoId}`);
  });

  test('with settings of a preset and --exit, serves what they say and exits with status 0', async () => {
    const args = ['start', file('b.mp4', await makeClip()), '-c', 'stage=prod', '--explain', '--exit', ...options()];
    const { status, output } = await runCommand(args);
    expect(output).toContain('b.mp4  ready');
    expect(status).toBe(0);
  });

  test('after a restart, still plays the video, points the AWS CLI at the laptop, and exits with status 0 on Ctrl-C', async () => {
    const cloud = await spawnLaptopCloud({ stateDirectory: state, port });
    for (const video of [videoId, 'my movie.mp4']) {
      const { status, output } = await runCommand(['play', video, '--state', state]);
      expect(status).toBe(0);
      expect((await fetch(output.trim())).status).toBe(200);
    }
    expect((await runCommand(['play', 'gone.mp4', '--state', state])).output).toContain('No video has the id');
    expect((await runCommand(['play', 'notes.mp4', '--state', state])).output).toContain('ended as rejected: not_a_video');

    const { output: settings } = await runCommand(['env', '--state', state]);
    const { stdout } = await run('sh', ['-c', `${settings}\necho "$AWS_ENDPOINT_URL $SLUICE_SOURCE_BUCKET"`]);
    expect(stdout).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port} \\S+\n$`));
    expect(await cloud.stop()).toBe(0);
  });
});

test('npm start names a missing file before it starts anything', async () => {
  const { status, output } = await runCommand([
    'start',
    join(directory, 'gone.mp4'),
    '--state',
    join(directory, 'state'),
  ]);
  expect(output).toContain(`File not found: ${join(directory, 'gone.mp4')}`);
  expect(status).toBe(2);
});

test('npm start names a port that is in use', async () => {
  const port = await findFreePortPair();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { status, output } = await runCommand(['start', '--state', join(directory, 'state'), '--port', String(port)]);
  server.close();
  expect(output).toContain(`Port ${port} is in use`);
  expect(status).toBe(2);
});

test('play and env say to run npm start before the first start', async () => {
  for (const args of [['play', '0198c0de-0000-7000-8000-000000000000'], ['env']]) {
    const { status, output } = await runCommand([...args, '--state', join(directory, 'state')]);
    expect(output).toContain('Run npm start first');
    expect(status).toBe(2);
  }
});
