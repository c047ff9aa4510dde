import { accessSync, constants, statSync } from 'node:fs';
import { basename } from 'node:path';
import { DEFAULT_HABITS } from '../cloud/habits.ts';
import { messageOf, systemErrorCode } from '../cloud/system-error.ts';
import type { LaptopCloud } from '../laptop-cloud.ts';
import { isFullDisk } from '../durable/full-disk.ts';
import { escapeControls } from './columns.ts';
import { readDatabaseUrl } from './database-url.ts';
import { createErrorReport } from './error-report.ts';
import { INTERRUPTED, InterruptedError, listenForInterruption } from './interruption.ts';
import { shortenPath, type StartCommand } from './options.ts';
import { RequestedFiles } from './requested-files.ts';
import { writeRestartCommand } from './restart-command.ts';
import { findSample, SAMPLE_ATTRIBUTION } from './sample.ts';
import { StartProgress } from './start-progress.ts';
import { reportStart } from './start-report.ts';
import { explainStateError } from './state-directory.ts';
import { checkStateFormat } from './state-format.ts';
import { lockState } from './state-lock.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import type { UploadableFile } from './upload.ts';
import { WaitingServers } from './waiting-servers.ts';

/**
 * Starts the laptop cloud, uploads the files and shows their progress until Ctrl-C or, with `--exit`, until all files have
 * been processed.
 *
 * @returns the exit status
 */
export async function start(command: StartCommand): Promise<number> {
  const files = listFiles(command);
  const databaseUrl = readDatabaseUrl(process.env);
  const terminal = openTerminal(process.stdout);
  const unlock = lockPreparedState(command.state);
  const interruption = listenForInterruption(() => {
    terminal.line('Stopped at once; the next start continues from here.');
    process.exit(INTERRUPTED);
  });
  interruption.signal.addEventListener('abort', () => terminal.progress('Stopping'));
  const reportError = createErrorReport(terminal, command.state);
  const surviveFullDisk = (reason: unknown): void => {
    // Anything else is a defect, and ends the process as without a listener.
    if (!isFullDisk(reason)) throw reason;
    reportError('background work', reason);
  };
  process.on('unhandledRejection', surviveFullDisk);
  try {
    const cloud = await startCloud(command, terminal, databaseUrl, interruption.signal);
    try {
      if (command.explain) explain(terminal, cloud);
      const { serve } = await import('./serve.ts');
      return await serve(command, files, cloud, terminal, interruption.signal);
    } finally {
      await cloud.close();
    }
  } catch (error) {
    if (!interruption.signal.aborted || !(error instanceof InterruptedError)) throw error;
    terminal.progress('');
    terminal.line('Interrupted before Sluice had started.');
    const writeCommand = (paths: readonly string[]): string => writeRestartCommand(command, paths);
    for (const line of new RequestedFiles(files).describeInterruption([], writeCommand)) terminal.line(line);
    return INTERRUPTED;
  } finally {
    terminal.progress('');
    unlock();
    process.off('unhandledRejection', surviveFullDisk);
    interruption.release();
  }
}

/** Locks a state directory that this version can read. @returns a function that releases the lock */
function lockPreparedState(directory: string): () => void {
  try {
    const unlock = lockState(directory);
    try {
      checkStateFormat(directory);
      return unlock;
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    throw explainStateError(directory, error);
  }
}

/**
 * Lists the files to upload.
 *
 * @throws Error that names a file that cannot be uploaded
 */
function listFiles({ files, sample, directory }: StartCommand): readonly UploadableFile[] {
  for (const file of files) requireReadableFile(file, escapeControls(shortenPath(file, directory)));
  const listed = [...files.map((path) => ({ path, key: basename(path) })), ...(sample ? [findSample()] : [])];
  const keys = listed.map(({ key }) => key);
  const duplicate = keys.find((key, index) => keys.indexOf(key) < index);
  if (duplicate === undefined) return listed;
  throw new Error(
    `Two files are named ${escapeControls(duplicate)}; one would replace the other. Start with one of them.`,
  );
}

function requireReadableFile(path: string, name: string): void {
  try {
    const file = statSync(path);
    if (file.isDirectory()) throw new Error(`${name} is a directory. Name the files in it.`);
    if (!file.isFile()) throw new Error(`${name} is not a file.`);
    accessSync(path, constants.R_OK);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Error(`File not found: ${name}`, { cause: error });
    if (code === 'EACCES') throw new Error(`You have no permission to read ${name}.`, { cause: error });
    throw error;
  }
}

/**
 * Starts the laptop cloud. Meanwhile the terminal and a waiting page show what it is doing.
 *
 * @throws Error that says what to do; InterruptedError if `signal` stops the start
 */
async function startCloud(
  command: StartCommand,
  terminal: Terminal,
  databaseUrl: URL | undefined,
  signal: AbortSignal,
): Promise<LaptopCloud> {
  const progress = new StartProgress();
  const waiting = await WaitingServers.open(command.port, progress);
  terminal.line(`Sluice is starting. http://127.0.0.1:${command.port + 1}/ shows the pages once it is ready.`);
  if (command.habits !== DEFAULT_HABITS) terminal.line(`As harsh as AWS can be (docs/laptop.md), with --seed ${command.habits.seed}.`);
  if (command.sample) terminal.line(SAMPLE_ATTRIBUTION);
  if (databaseUrl !== undefined) terminal.line(`The catalog is stored at ${databaseUrl.host} (DATABASE_URL)`);
  const endReport = reportStart(progress, terminal);
  try {
    // Loaded only now, since it takes a second, in which the terminal and the page already respond.
    progress.begin('load');
    const { prepareCloud } = await import('./prepare-cloud.ts');
    const cloud = await prepareCloud(command, { ports: waiting, databaseUrl, terminal, progress, signal });
    waiting.finish();
    return cloud;
  } catch (error) {
    const explained = explainStateError(command.state, error);
    progress.fail(messageOf(explained));
    await waiting.close();
    throw explained;
  } finally {
    endReport();
  }
}

function explain(terminal: Terminal, { unsupported }: LaptopCloud): void {
  terminal.line('The laptop cloud ignores these properties of the template:');
  for (const line of unsupported) terminal.line(`  ${line}`);
}
