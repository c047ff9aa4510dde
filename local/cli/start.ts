import { statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { UploadProgress } from '../../catalog/revisions/list-progress.ts';
import { startLaptopCloud, type LaptopCloud } from '../laptop-cloud.ts';
import { readAssembly } from '../template/assembly.ts';
import { synthesize } from '../template/synthesize.ts';
import { messageOf } from '../cloud/system-error.ts';
import { ensureFfmpeg } from './ffmpeg.ts';
import { Follower } from './follow.ts';
import type { Command } from './options.ts';
import { requestPlayback } from './play.ts';
import { requireFreePorts } from './ports.ts';
import { clientConfig, writeRunning, type Running } from './running.ts';
import { lockState } from './state-lock.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { uploadFile, type Uploaded } from './upload.ts';
import { progressReader } from './upload-progress.ts';

type StartCommand = Extract<Command, { name: 'start' }>;

/** Status of a program that a signal has ended before its work was done. */
const INTERRUPTED = 130;

/** Logical ids of the functions of the chain. Those that viewers call by the thousand change nothing that is shown. */
const MOVES_VIDEOS = /^(?:Transcode|Permissions|Thumbnails|Metadata|Completion)Function/;

const PROJECT_ROOT = resolve(import.meta.dirname, '..', '..');

/** Starts the laptop cloud, uploads the files, shows what happens, and ends on Ctrl-C or, with `--exit`, with the last file. */
export async function start(command: StartCommand): Promise<number> {
  refuseUnusable(command.files);
  const terminal = openTerminal(process.stdout);
  const state = resolve(command.state);
  await requireFreePorts(command.port, command.port + 1);
  const unlock = lockState(state);
  try {
    const databaseUrl = process.env['DATABASE_URL'];
    if (databaseUrl !== undefined) terminal.line(`The catalog is kept in ${new URL(databaseUrl).host}, as DATABASE_URL says`);
    const ffmpeg = ensureFfmpeg((line) => terminal.line(line));
    const assemblyDirectory = command.assembly ?? join(state, 'assembly');
    const cloud = await startLaptopCloud({
      stateDirectory: state,
      assembly: async () => {
        if (command.assembly === undefined) await synthesize(PROJECT_ROOT, assemblyDirectory);
        return readAssembly(assemblyDirectory);
      },
      port: command.port,
      ...ffmpeg,
      databaseUrl,
      reportError: (what, error) => terminal.line(`${what}: ${error instanceof Error ? error.message : JSON.stringify(error)}`),
    });
    try {
      if (command.explain) explain(terminal, cloud);
      return await serve(command, cloud, terminal, state);
    } finally {
      await cloud.close();
    }
  } finally {
    unlock();
  }
}

/** @throws Error that names the file which cannot be uploaded, before anything is started */
function refuseUnusable(files: readonly string[]): void {
  for (const file of files) {
    if (!(statSync(file, { throwIfNoEntry: false })?.isFile() ?? false)) throw new Error(`There is no file ${file || "''"}`);
  }
  const names = files.map((file) => basename(file));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`Two files are named ${twice}; one would replace the other. Start with one of them.`);
}

function explain(terminal: Terminal, { ignored }: LaptopCloud): void {
  terminal.line('The laptop leaves these properties of the template out:');
  for (const line of ignored) terminal.line(`  ${line}`);
}

async function serve(command: StartCommand, cloud: LaptopCloud, terminal: Terminal, state: string): Promise<number> {
  const running: Running = { pid: process.pid, ...cloud.operator, endpoint: cloud.endpoint, edgeUrl: cloud.edgeUrl, outputs: cloud.outputs };
  writeRunning(state, running);
  const { promise: stopped, resolve: stop } = Promise.withResolvers<number>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(command.exit ? INTERRUPTED : 0));

  const ended = new Map<string, UploadProgress>();
  const { promise: allEnded, resolve: finish } = Promise.withResolvers<number>();
  const awaited: Uploaded[] = [];
  const checkAwaited = (): void => {
    const ends = awaited.map(({ key, versionId }) => ended.get(`${key} ${versionId}`));
    if (!command.exit || awaited.length < command.files.length || ends.includes(undefined)) return;
    finish(ends.every((end) => end?.status === 'ready') ? 0 : 1);
  };
  const follower = new Follower({
    terminal,
    read: progressReader(running),
    playbackUrl: async (videoId) => (await requestPlayback(running, videoId)).hlsUrl,
    onEnd: (upload) => {
      ended.set(`${upload.key} ${upload.versionId}`, upload);
      checkAwaited();
    },
  });
  const look = (): void =>
    void follower.refresh().catch((error: Error) => terminal.line(`The catalog could not be read: ${messageOf(error.cause ?? error)}`));
  cloud.onInvocationEnd(({ functionName, logicalId, error }) => {
    if (error !== undefined) terminal.line(`${functionName} failed: ${error.message}`);
    if (MOVES_VIDEOS.test(logicalId)) look();
  });
  cloud.onEncodeProgress(({ userMetadata, percent }) => follower.reportEncodeProgress(userMetadata['revisionId'] ?? '', percent));

  terminal.line(`Pages ${running.outputs['PagesUrl']}`);
  terminal.line(`AWS APIs ${cloud.endpoint}, edge ${cloud.edgeUrl}, state and logs in ${relative('', state) || '.'}`);
  terminal.line(`Ready for uploads to s3://${running.outputs['SourceBucketName']}`);
  look();
  const uploads = uploadAll(command.files, running, terminal, (uploaded) => {
    awaited.push(uploaded);
    checkAwaited();
  });
  return Promise.race([stopped, allEnded, uploads.then(() => allEnded)]);
}

async function uploadAll(
  files: readonly string[],
  running: Running,
  terminal: Terminal,
  onUploaded: (uploaded: Uploaded) => void,
): Promise<void> {
  const s3 = new S3Client(clientConfig(running));
  for (const file of files) {
    const uploaded = await uploadFile(s3, running.outputs['SourceBucketName'] ?? '', file, (sentBytes, totalBytes) => {
      const percent = totalBytes === 0 ? 100 : Math.floor((100 * sentBytes) / totalBytes);
      terminal.progress(`${basename(file)}  uploading ${percent} %`);
    });
    terminal.line(`${uploaded.key}  uploaded`);
    onUploaded(uploaded);
  }
  s3.destroy();
}
