import { escapeControlsInLines } from './cli/columns.ts';
import { ignoreAwsSettings, writeShellEnvironment } from './cli/env.ts';
import { parseCommand, UsageError, type Command } from './cli/options.ts';
import { resolveDrizzleFast } from './cli/resolve-drizzle.ts';
import { readRunning } from './cli/running.ts';
import { messageOf } from './cloud/system-error.ts';

/** Runs a command, for `main.mjs`. Exit status 2 reports a failed one. */
async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommand(argv);
  if (command.name === 'help') return print(command.text);
  if (command.name === 'env') return print(writeShellEnvironment(readRunning(command.state), process.env));
  // Before any SDK is loaded.
  ignoreAwsSettings(process.env);
  resolveDrizzleFast();
  if (command.name === 'play') return print(await describePlayback(command));
  if (command.name === 'status') {
    const { readStatus, writeStatus } = await import('./cli/status.ts');
    const status = await readStatus(readRunning(command.state));
    return print(command.isJson ? JSON.stringify(status, null, 2) : writeStatus(status, new Date()));
  }
  if (command.name === 'token') {
    const { createApiToken } = await import('./cli/token.ts');
    return print(await createApiToken(command.state, readRunning(command.state), command.role, command.username));
  }
  const { start } = await import('./cli/start.ts');
  return start(command);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

async function describePlayback(command: Extract<Command, { name: 'play' }>): Promise<string> {
  const { requestPlaybackOf } = await import('./cli/play.ts');
  const urls = await requestPlaybackOf(readRunning(command.state), command.video, command.expiresInSeconds);
  if (command.format === 'json') return JSON.stringify(urls, null, 2);
  return command.format === 'dash' ? urls.dashUrl : urls.hlsUrl;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const trace = process.env['DEBUG'] !== undefined && !(error instanceof UsageError) && error instanceof Error;
  process.stderr.write(`${escapeControlsInLines(trace ? (error.stack ?? '') : messageOf(error))}\n`);
  // A service that could not be closed after a failed start must not keep the process.
  process.exit(2);
}
