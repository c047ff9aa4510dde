import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../local/cli/caller-directory.ts';
import { parseCommand } from '../../../local/cli/options.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'options-'));
  for (const name of ['movie.mp4', 'my movie.mp4']) writeFileSync(join(directory, name), '');
});
afterAll(() => rmSync(directory, { recursive: true }));

function parse(...argv: string[]) {
  return parseCommand(argv, {}, directory);
}

/** Variables that npm sets for a script of this project that was called in `directory`. */
function npm(script: string, variables: Readonly<Record<string, string>> = {}) {
  return {
    npm_lifecycle_event: script,
    npm_package_json: join(PROJECT_ROOT, 'package.json'),
    npm_config_local_prefix: directory,
    INIT_CWD: directory,
    ...variables,
  };
}

describe('paths', () => {
  test('of files, state and assembly start where npm was called', () => {
    const argv = ['start', 'movie.mp4', '--state', 'state', '--assembly', '../out'];
    expect(parseCommand(argv, npm('start'), PROJECT_ROOT)).toMatchObject({
      files: [join(directory, 'movie.mp4')],
      state: join(directory, 'state'),
      assembly: join(directory, '../out'),
    });
    for (const script of ['play', 'status', 'env', 'token']) {
      const args = script === 'play' ? ['key'] : [];
      expect(parseCommand([script, ...args, '--state', 's'], npm(script), PROJECT_ROOT)).toMatchObject({
        state: join(directory, 's'),
      });
    }
  });

  test('start at the working directory without npm, or below a script of another package', () => {
    expect(parse('start', 'movie.mp4')).toMatchObject({ files: [join(directory, 'movie.mp4')] });
    const other = { ...npm('start'), npm_package_json: '/other/package.json' };
    expect(parseCommand(['start', 'a.mp4'], other, PROJECT_ROOT)).toMatchObject({ files: [join(PROJECT_ROOT, 'a.mp4')] });
  });

  test('of the default state is in the project, wherever npm was called', () => {
    expect(parseCommand(['start'], npm('start'), PROJECT_ROOT)).toMatchObject({ state: join(PROJECT_ROOT, '.sluice') });
  });

  test('must not be empty', () => {
    expect(() => parse('start', '')).toThrow('A file has an empty path.');
    expect(() => parse('start', '--state', '')).toThrow('--state has an empty path.');
  });
});

describe('options that npm took because they do not follow --', () => {
  const taken = (script: string, args: readonly string[], variables: Readonly<Record<string, string>>) => () =>
    parseCommand([script, ...args], npm(script, variables), PROJECT_ROOT);

  test.each([
    [['movie.mp4'], { npm_config_exit: 'true' }, 'npm start -- movie.mp4 --exit'],
    [['my movie.mp4'], { npm_config_exit: 'true' }, "npm start -- 'my movie.mp4' --exit"],
    [['movie.mp4', '25000'], { npm_config_port: 'true' }, 'npm start -- movie.mp4 --port 25000'],
    [['movie.mp4'], { npm_config_port: '25000' }, 'npm start -- movie.mp4 --port 25000'],
    [[], { npm_config_call: 'stage=prod' }, 'npm start -- -c stage=prod'],
    [['a.b=1'], { npm_config_context: 'true' }, 'npm start -- --context a.b=1'],
    [[], { npm_config_sample: 'true', npm_config_exit: 'true' }, 'npm start -- --exit --sample'],
    [['./state'], { npm_config_state: 'true', npm_config_explain: 'true' }, 'npm start -- --explain --state ./state'],
    [[], { npm_config_port: 'true' }, 'npm start -- --port VALUE'],
  ])('of start %j %j are named in the line to run', (args, variables, line) => {
    expect(taken('start', args, variables)).toThrow(`\n  ${line}\n`);
  });

  test('of play and token are named in the line to run', () => {
    expect(taken('play', ['key', '60'], { npm_config_json: 'true', npm_config_expires: 'true' })).toThrow(
      'npm run -s play -- key --expires 60 --json',
    );
    expect(taken('token', ['viewer'], { npm_config_role: 'true' })).toThrow('npm run -s token -- --role viewer');
  });

  test('are left alone where a configuration file sets them, or another script runs', () => {
    const file = join(directory, 'npmrc');
    writeFileSync(file, 'port = 8080\njson=true\n');
    const variables = { npm_config_userconfig: file, npm_config_port: '8080', npm_config_json: 'true' };
    expect(taken('start', [], variables)()).toMatchObject({ name: 'start', port: 4566 });
    expect(taken('play', ['key'], variables)()).toMatchObject({ name: 'play', format: 'hls' });
    expect(parseCommand(['start'], npm('test', { npm_config_exit: 'true' }), PROJECT_ROOT)).toMatchObject({ exit: false });
  });

  test('are not among the variables of npm itself', () => {
    const variables = { npm_config_call: '', npm_config_cache: '/root/.npm', npm_config_exit: '' };
    expect(taken('start', ['movie.mp4'], variables)()).toMatchObject({ name: 'start', exit: false });
  });
});

describe('settings', () => {
  test('are taken by -c and --context, repeatedly, with any value', () => {
    const { context } = parse('start', '-c', 'stage=prod', '--context', 'a.b=c=d', '-c', 'e=') as { context: object };
    expect(context).toEqual({ stage: 'prod', 'a.b': 'c=d', e: '' });
  });

  test.each(['stage', '=prod'])('without a key or a value are refused: %s', (assignment) => {
    expect(() => parse('start', '-c', assignment)).toThrow(`--context takes KEY=VALUE, as in`);
  });

  test('are refused for an assembly that is already synthesized', () => {
    expect(() => parse('start', '--assembly', 'out', '-c', 'stage=prod')).toThrow('--context has no effect');
  });
});

test.each([
  [['start', '--exit'], '--exit requires at least one file'],
  [['start', '--port', 'x'], '--port takes a whole number from 1 to 65534, but got: x.'],
  [['start', '--port', ''], 'but got: nothing.'],
  [['play'], 'play takes one video id or object key, but got: nothing.'],
  [['play', 'a', 'b'], 'but got: a b.'],
  [['play', 'a', '--expires', '5'], '--expires takes a whole number from 60 to 604800, but got: 5.'],
  [['token', '--role', 'x'], 'token takes --role with one of viewer, uploader, admin, but got: x.'],
  [['env', 'x'], 'env takes no arguments, but got: x.'],
  [['stat'], 'Unknown command: stat.'],
])('refuses %j', (argv, message) => {
  expect(() => parse(...argv)).toThrow(message);
});

test('--sample counts as a file for --exit', () => {
  expect(parse('start', '--sample', '--exit')).toMatchObject({ sample: true, exit: true, files: [] });
});

describe('--harsh', () => {
  test('chooses a seed, unless --seed names one', () => {
    const habitsOf = (...args: string[]) => parse('start', ...args) as { habits?: unknown };
    expect(habitsOf()).toMatchObject({ habits: { lambda: { accountConcurrency: 1000 } } });
    expect(habitsOf('--harsh')).toMatchObject({ habits: { seed: expect.any(Number), lambda: { accountConcurrency: 10 } } });
    expect(habitsOf('--harsh', '--seed', '7')).toMatchObject({ habits: { seed: 7 } });
  });

  test('is required by --seed', () => {
    expect(() => parse('start', '--seed', '7')).toThrow('--seed has an effect only with --harsh');
    expect(() => parse('start', '--harsh', '--seed', 'x')).toThrow('--seed takes a whole number from 0 to 999999, but got: x.');
  });
});
