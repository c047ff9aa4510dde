import { S3Client } from '@aws-sdk/client-s3';
import type { UploadProgress } from '../../catalog/revisions/list-progress.ts';
import { messageOf } from '../cloud/system-error.ts';
import type { LaptopCloud } from '../laptop-cloud.ts';
import { escapeControls } from './columns.ts';
import { Follower } from './follow.ts';
import { INTERRUPTED } from './interruption.ts';
import { shortenPath, type StartCommand } from './options.ts';
import { requestPlayback } from './play.ts';
import { RequestedFiles } from './requested-files.ts';
import { writePlayCommand, writeRestartCommand } from './restart-command.ts';
import { clientConfig, type Running, writeRunning } from './running.ts';
import type { Terminal } from './terminal.ts';
import { type UploadableFile, uploadFile } from './upload.ts';
import { createProgressReader } from './upload-progress.ts';

/** Logical ids of functions that change the status of uploads, unlike those that serve viewers. */
const CHAIN_FUNCTIONS = /^(?:Transcode|Permissions|Thumbnails|Metadata|Completion)Function/;

/**
 * Uploads the files to a running laptop cloud and shows the progress of all uploads, until `signal` is aborted or, with
 * `--exit`, until all files have been processed.
 *
 * @returns the exit status
 */
export async function serve(
  command: StartCommand,
  files: readonly UploadableFile[],
  cloud: LaptopCloud,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const running: Running = {
    pid: process.pid,
    ...cloud.operator,
    endpoint: cloud.endpoint,
    edgeUrl: cloud.edgeUrl,
    outputs: cloud.outputs,
  };
  writeRunning(command.state, running);
  introduce(command, running, terminal);

  const requested = new RequestedFiles(files);
  const pageOf = (videoId: string): string => new URL(`videos/${videoId}`, running.outputs['PagesUrl']).href;
  const { promise: allEnded, resolve: finish } = Promise.withResolvers<void>();
  const finishIfAllEnded = (): void => {
    if (command.exit && requested.areFinished) finish();
  };
  /** Videos whose URL was printed; it stays the same for their whole life. */
  const printed = new Set<string>();
  const follower = new Follower({
    terminal,
    read: createProgressReader(running),
    onPlayable: async (upload) => {
      if (upload.justInTime?.level === 'everywhere') {
        await printPlayback(command, running, upload, terminal);
        printed.add(upload.videoId);
      } else terminal.line(`  ${pageOf(upload.videoId)}`);
    },
    onEnd: async (upload) => {
      const isReady = upload.status === 'ready';
      if (isReady && !printed.has(upload.videoId)) await printPlayback(command, running, upload, terminal);
      const durationMs = isReady ? await readDuration(running, upload) : undefined;
      requested.reportEnd(upload, durationMs);
      finishIfAllEnded();
    },
    onError: (error) => terminal.line(`The catalog cannot be read; trying again: ${describeFailure(error)}`),
  });
  cloud.onInvocationEnd(({ functionName, logicalId, error }) => {
    if (error !== undefined && !signal.aborted) terminal.line(`${functionName} failed: ${error.message}`);
    if (CHAIN_FUNCTIONS.test(logicalId)) void follower.refresh();
  });
  cloud.onEncodeProgress(({ userMetadata, percent }) =>
    follower.reportEncodeProgress(userMetadata['revisionId'] ?? '', percent),
  );
  void follower.refresh();

  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve());
    if (signal.aborted) resolve();
  });
  const uploads = uploadAll(files, requested, running, terminal, signal, finishIfAllEnded);
  try {
    await Promise.race([interrupted, allEnded]);
    await uploads;
  } finally {
    follower.close();
  }
  if (signal.aborted) {
    const writeCommand = (paths: readonly string[]): string => writeRestartCommand(command, paths);
    for (const line of requested.describeInterruption(follower.listUnfinished(), writeCommand)) terminal.line(line);
    return command.exit || !requested.areFinished ? INTERRUPTED : 0;
  }
  for (const line of ['', ...requested.summarize(pageOf)]) terminal.line(line);
  terminal.line(`To open the pages again: ${writeRestartCommand(command)}`);
  return requested.areReady ? 0 : 1;
}

/** Prints where everything is. */
function introduce(command: StartCommand, running: Running, terminal: Terminal): void {
  const { endpoint, edgeUrl, outputs } = running;
  const state = shortenPath(command.state, command.directory);
  terminal.line(`Pages ${outputs['PagesUrl']}`);
  terminal.line(`AWS APIs ${endpoint}, edge ${edgeUrl}, state and logs in ${state}`);
  terminal.line(`Ready for uploads to s3://${outputs['SourceBucketName']}`);
  if (terminal.isInteractive && !command.exit) terminal.line('Ctrl-C stops Sluice; the next start continues from there.');
}

/**
 * Prints the address of a video's page, and its signed HLS URL where that does not bury the rest.
 */
async function printPlayback(
  command: StartCommand,
  running: Running,
  { videoId }: UploadProgress,
  terminal: Terminal,
): Promise<void> {
  terminal.line(`  ${new URL(`videos/${videoId}`, running.outputs['PagesUrl']).href}`);
  try {
    const { hlsUrl } = await requestPlayback(running, videoId);
    if (!terminal.isInteractive) terminal.line(`  ${hlsUrl}`);
    else if (terminal.hasHyperlinks) terminal.line('  signed HLS URL', hlsUrl);
    else terminal.line(`  signed HLS URL: ${writePlayCommand(command, videoId)}`);
  } catch (error) {
    terminal.line(`  The signed URL cannot be created: ${messageOf(error)}`);
  }
}

/** @returns undefined if the playback function failed */
async function readDuration(running: Running, { videoId }: UploadProgress): Promise<number | undefined> {
  try {
    return (await requestPlayback(running, videoId)).durationMs;
  } catch {
    return undefined;
  }
}

/** Uploads files one after the other, until `signal` is aborted. One that fails does not stop the others. */
async function uploadAll(
  files: readonly UploadableFile[],
  requested: RequestedFiles,
  running: Running,
  terminal: Terminal,
  signal: AbortSignal,
  onUploaded: () => void,
): Promise<void> {
  const s3 = new S3Client(clientConfig(running));
  const bucket = running.outputs['SourceBucketName'] ?? '';
  for (const file of files) {
    if (signal.aborted) break;
    const name = escapeControls(file.key);
    const onProgress = (sentBytes: number, totalBytes: number): void => {
      if (signal.aborted) return;
      const percent = totalBytes === 0 ? 100 : Math.floor((100 * sentBytes) / totalBytes);
      requested.reportSent(file.key, percent);
      terminal.progress(name, `uploading ${percent}%`);
    };
    try {
      requested.reportUploaded(file.key, await uploadFile(s3, bucket, file, { onProgress, signal }));
      terminal.progress('');
      terminal.line(`${name}  uploaded`);
    } catch (error) {
      if (signal.aborted) break;
      terminal.progress('');
      requested.reportFailedUpload(file.key, describeFailure(error));
      terminal.line(`${name}  not uploaded: ${describeFailure(error)}`);
    }
    onUploaded();
  }
  s3.destroy();
}

/** Returns the message of an error, or of the one that a library wrapped. */
function describeFailure(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
