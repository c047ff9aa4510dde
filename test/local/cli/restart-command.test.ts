import { join } from 'node:path';
import { DEFAULT_STATE, parseCommand } from '../../../local/cli/options.ts';
import { writePlayCommand, writeRestartCommand } from '../../../local/cli/restart-command.ts';

function start(...args: string[]) {
  const command = parseCommand(['start', ...args], {}, '/videos');
  if (command.name !== 'start') throw new Error('This is another command.');
  return command;
}

test('repeats port and state where they are not the default, with paths as the user would write them', () => {
  expect(writeRestartCommand(start())).toBe('npm start');
  expect(writeRestartCommand(start('--exit', 'a.mp4', '--port', '25000', '--state', 's'))).toBe(
    'npm start -- --port 25000 --state s',
  );
  expect(writeRestartCommand(start('--exit', 'a.mp4'), ['/videos/a b.mp4', '/other/c.mp4'])).toBe(
    "npm start -- 'a b.mp4' /other/c.mp4 --exit",
  );
  expect(writeRestartCommand(start(), ['--sample'])).toBe('npm start -- --sample');
});

test('plays from the same state', () => {
  expect(writePlayCommand(start('--state', '/tmp/state'), 'id')).toBe('npm run -s play -- id --state /tmp/state');
  expect(writePlayCommand(start('--state', join(DEFAULT_STATE)), 'id')).toBe('npm run -s play -- id');
});
