import type { FilterSupport } from '../../media/stills/rec709-filters.ts';
import { type FinishedGroup, finishCmafGroup } from './cmaf-group.ts';
import { EncodeProgress } from './encode-progress.ts';
import { planJob } from './encode-plan.ts';
import { writeFfmpegArguments } from './ffmpeg-arguments.ts';
import type { LocalMedia, ProbedFile } from './ffprobe.ts';
import { finishFileGroup } from './file-group.ts';
import { JobFailedError } from './job-failed-error.ts';
import type { JobRecord, OutputGroupDetail } from './job-record.ts';
import type { JobSettings } from './job-settings.ts';
import { type MediaTools, runTool, type ToolResult } from './media-tools.ts';
import { measureStartTimes } from './start-times.ts';

interface EncodeJob {
  readonly settings: JobSettings;
  readonly media: LocalMedia;
  readonly probed: ProbedFile;
  /** Empty directory for every file that the job makes. */
  readonly directory: string;
  readonly tools: MediaTools;
  readonly support: FilterSupport;
  readonly signal: AbortSignal;
  onProgress(progress: EncodeProgress): void;
}

/** MediaConvert's limit, 48 hours: https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_progressing.html */
const MAX_RUN_MS = 48 * 3_600_000;
/** Limit per second of the source's duration; a slower job makes no progress. */
const MAX_MS_PER_SECOND = 120_000;
const MIN_LIMIT_MS = 900_000;

/**
 * Encodes all outputs of a job with one ffmpeg process that decodes the source once, and packages them.
 *
 * @returns the files to write to the bucket, manifests last
 * @throws JobFailedError
 */
export async function encodeJob(job: EncodeJob): Promise<NonNullable<JobRecord['encoded']>> {
  const plan = planJob(job.settings, job.media, job.probed);
  const starts = await measureStartTimes(plan, job);
  const progress = new EncodeProgress(plan.durationSeconds);
  const limit =
    plan.durationSeconds === undefined ? MAX_RUN_MS : MIN_LIMIT_MS + plan.durationSeconds * MAX_MS_PER_SECOND;
  const result = await runTool({
    path: job.tools.ffmpegPath,
    args: writeFfmpegArguments(plan, starts, job.support),
    directory: job.directory,
    timeLimitMs: Math.min(MAX_RUN_MS, limit),
    signal: job.signal,
    onLine: (line) => {
      if (progress.read(line)) job.onProgress(progress);
    },
  });
  if (result.status !== 0) throw toJobFailedError(result);
  const finished = await Promise.all(
    job.settings.outputGroups.map(({ outputGroupSettings: group }, index) =>
      group.type === 'CMAF_GROUP_SETTINGS'
        ? finishCmafGroup(plan, starts, { index, settings: group.cmafGroupSettings, directory: job.directory })
        : finishFileGroup(plan, { index, destination: group.fileGroupSettings.destination, directory: job.directory }),
    ),
  );
  return {
    uploads: finished
      .toSorted((a, b) => a.playlistFilePaths.length - b.playlistFilePaths.length)
      .flatMap(({ uploads }) => uploads),
    outputGroupDetails: finished.map(groupDetail),
  };
}

function groupDetail({ playlistFilePaths, outputDetails }: FinishedGroup): OutputGroupDetail {
  return {
    type: playlistFilePaths.length > 0 ? 'CMAF_GROUP' : 'FILE_GROUP',
    ...(playlistFilePaths.length > 0 ? { playlistFilePaths: [...playlistFilePaths] } : {}),
    outputDetails: [...outputDetails],
  };
}

const UNREADABLE =
  /Invalid data found when processing input|moov atom not found|Could not find codec parameters|does not contain any stream/i;
const NO_DECODER = /Decoder .* not found|no decoder found|Unknown decoder|Decoding requested, but no decoder/i;
const NOTHING_DECODED =
  /Cannot determine format of input stream|Nothing was written into output file|Finishing stream .* without any data/i;

function toJobFailedError({ timedOut, stderr }: ToolResult): JobFailedError {
  const last = stderr.trim().split('\n').at(-1)?.replaceAll(/file:\S+/g, 'the input').slice(0, 200);
  if (timedOut) return new JobFailedError('timeLimit');
  if (NO_DECODER.test(stderr)) return new JobFailedError('unsupportedCodec', last);
  if (NOTHING_DECODED.test(stderr)) return new JobFailedError('decoderError', last);
  return new JobFailedError(UNREADABLE.test(stderr) ? 'unreadableInput' : 'unknown', last);
}
