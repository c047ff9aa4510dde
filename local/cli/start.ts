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
import { createProgressReader } from './upload-progress.ts';

type StartCommand = Extract<Command, { name: 'start' }>;

/** Exit status of a program that a signal interrupted. */
const INTERRUPTED = 130;

/** Logical ids of functions that change the status of uploads, unlike those that serve viewers. */
const CHAIN_FUNCTIONS = /^(?:Transcode|Permissions|Thumbnails|Metadata|Completion)Function/;

const PROJECT_ROOT = resolve(import.meta.dirname, '..', '..');

/**
 * Starts the laptop cloud, uploads the files and shows their progress until Ctrl-C or, with `--exit`, until all files have
 * been processed.
 *
 * @returns the exit status
 */
export async function start(command: StartCommand): Promise<number> {
  requireUploadableFiles(command.files);
  const terminal = openTerminal(process.stdout);
  const state = resolve(command.state);
  await requireFreePorts(command.port, command.port + 1);
  const unlock = lockState(state);
  try {
    const databaseUrl = process.env['DATABASE_URL'];
    if (databaseUrl !== undefined)
      terminal.line(`The catalog is stored at ${new URL(databaseUrl).host} (DATABASE_URL)`);
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
      reportError: (what, error) =>
        terminal.line(`${what}: ${error instanceof Error ? error.message : JSON.stringify(error)}`),
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

/** @throws Error that names a file that cannot be uploaded */
function requireUploadableFiles(files: readonly string[]): void {
  for (const file of files) {
    if (!(statSync(file, { throwIfNoEntry: false })?.isFile() ?? false))
      throw new Error(`File not found: ${file || "''"}`);
  }
  const names = files.map((file) => basename(file));
  const duplicate = names.find((name, index) => names.indexOf(name) < index);
  if (duplicate !== undefined) {
    throw new Error(`Two files are named ${duplicate}; one would replace the other. Start with one of them.`);
  }
}

function explain(terminal: Terminal, { unsupported }: LaptopCloud): void {
  terminal.line('The laptop cloud ignores these properties of the template:');
  for (const line of unsupported) terminal.line(`  ${line}`);
}

async function serve(command: StartCommand, cloud: LaptopCloud, terminal: Terminal, state: string): Promise<number> {
  const running: Running = {
    pid: process.pid,
    ...cloud.operator,
    endpoint: cloud.endpoint,
    edgeUrl: cloud.edgeUrl,
    outputs: cloud.outputs,
  };
  writeRunning(state, running);
  const { promise: stopped, resolve: stop } = Promise.withResolvers<number>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(command.exit ? INTERRUPTED : 0));

  const ended = new Map<string, UploadProgress>();
  const { promise: allEnded, resolve: finish } = Promise.withResolvers<number>();
  const uploadedFiles: Uploaded[] = [];
  const exitIfAllEnded = (): void => {
    const outcomes = uploadedFiles.map(({ key, versionId }) => ended.get(`${key} ${versionId}`));
    if (!command.exit || uploadedFiles.length < command.files.length || outcomes.includes(undefined)) return;
    finish(outcomes.every((outcome) => outcome?.status === 'ready') ? 0 : 1);
  };
  const follower = new Follower({
    terminal,
    read: createProgressReader(running),
    playbackUrl: async (videoId) => (await requestPlayback(running, videoId)).hlsUrl,
    onEnd: (upload) => {
      ended.set(`${upload.key} ${upload.versionId}`, upload);
      exitIfAllEnded();
    },
  });
  let isServing = true;
  const refresh = (): void => {
    if (!isServing) return;
    follower.refresh().catch((error: Error) => {
      // While the cloud closes, functions still end, but the catalog no longer responds.
      if (isServing) terminal.line(`The catalog could not be read: ${messageOf(error.cause ?? error)}`);
    });
  };
  cloud.onInvocationEnd(({ functionName, logicalId, error }) => {
    if (error !== undefined) terminal.line(`${functionName} failed: ${error.message}`);
    if (CHAIN_FUNCTIONS.test(logicalId)) refresh();
  });
  cloud.onEncodeProgress(({ userMetadata, percent }) =>
    follower.reportEncodeProgress(userMetadata['revisionId'] ?? '', percent),
  );

  terminal.line(`Pages ${running.outputs['PagesUrl']}`);
  terminal.line(`AWS APIs ${cloud.endpoint}, edge ${cloud.edgeUrl}, state and logs in ${relative('', state) || '.'}`);
  terminal.line(`Ready for uploads to s3://${running.outputs['SourceBucketName']}`);
  refresh();
  const uploads = uploadAll(command.files, running, terminal, (uploaded) => {
    uploadedFiles.push(uploaded);
    exitIfAllEnded();
  });
  try {
    return await Promise.race([stopped, allEnded, uploads.then(() => allEnded)]);
  } finally {
    isServing = false;
  }
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
