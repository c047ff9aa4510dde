import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FinishedGroup, finishCmafGroup } from './cmaf-group.ts';
import { findColorParts } from './color-parts.ts';
import { findDecodeWarnings } from './decode-warnings.ts';
import { EncodeProgress } from './encode-progress.ts';
import { type EncodePlan, planJob } from './encode-plan.ts';
import { deriveEndTimes, type EndTimes, padToEnd } from './end-times.ts';
import { writeFfmpegArguments } from './ffmpeg-arguments.ts';
import type { LocalMedia, ProbedFile } from '../probe/ffprobe.ts';
import { finishFileGroup } from './file-group.ts';
import { JobFailedError } from '../jobs/job-failed-error.ts';
import type { JobRecord, OutputGroupDetail } from '../jobs/job-record.ts';
import type { JobSettings } from '../settings/job-settings.ts';
import { chosenVideo } from '../probe/stream-facts.ts';
import { type MediaTools, runTool, type ToolResult } from '../media-tools.ts';
import { putOnOneClock } from './one-clock.ts';
import { silenceWarnings } from './sound-gaps.ts';
import { measureStartTimes, type StartTimes } from './start-times.ts';
import { makeSoundSteady, SoundChangedError, throwIfSoundChanged } from './steady-sound.ts';
import { measureTrackEnds } from './track-ends.ts';

interface EncodeJob {
  readonly settings: JobSettings;
  readonly media: LocalMedia;
  readonly probed: ProbedFile;
  /** Empty directory for every file that the job makes. */
  readonly directory: string;
  /** Number of the first frame capture. */
  readonly firstCapture: number;
  readonly tools: MediaTools;
  readonly signal: AbortSignal;
  onProgress(progress: EncodeProgress): void;
}

type EncodedJob = NonNullable<JobRecord['encoded']> & Pick<JobRecord, 'warnings'>;

/** MediaConvert's limit, 48 hours: https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_progressing.html */
const MAX_RUN_MS = 48 * 3_600_000;
/** Limit per second of the source's duration; a slower job makes no progress. */
const MAX_MS_PER_SECOND = 120_000;
const MIN_LIMIT_MS = 900_000;

/**
 * Encodes all outputs of a job with one ffmpeg process that decodes the source once, and packages them. If the clock of a
 * transport or program stream jumps, it is rewritten first; if the sound changes its layout or sampling rate, a separate process conforms
 * it first.
 *
 * @returns the files to write to the bucket, manifests last, and warnings about the input
 * @throws JobFailedError
 */
export async function encodeJob(request: EncodeJob): Promise<EncodedJob> {
  const job = await putOnOneClock(request);
  const video = chosenVideo(job.probed);
  const parts = video === undefined ? [] : await findColorParts({ ...job, video }, job);
  const plan = planJob(job.settings, job.media, job.probed, parts);
  const tables = [plan.colors, ...plan.colorParts].flatMap((colors) => colors.tables);
  for (const { file, text } of tables) await writeFile(join(job.directory, file), text);
  const limit =
    plan.durationSeconds === undefined ? MAX_RUN_MS : MIN_LIMIT_MS + plan.durationSeconds * MAX_MS_PER_SECOND;
  const timeLimitMs = Math.min(MAX_RUN_MS, limit);
  const starts = await measureStartTimes(plan, job);
  try {
    return await encodePlan(plan, starts, { ...job, timeLimitMs });
  } catch (error) {
    if (!(error instanceof SoundChangedError)) throw error;
  }
  const { steadySound, result } = await makeSoundSteady(plan, { ...job, timeLimitMs });
  if (result.status !== 0) throw toJobFailedError(result);
  const encoded = await encodePlan({ ...plan, steadySound }, starts, { ...job, timeLimitMs });
  return { ...encoded, warnings: [...findDecodeWarnings(result.stderr, job.probed, job.media.demuxer), ...encoded.warnings] };
}

/** @throws JobFailedError; SoundChangedError if the sound must be conformed first */
async function encodePlan(
  plan: EncodePlan,
  starts: StartTimes,
  job: EncodeJob & { readonly timeLimitMs: number },
): Promise<EncodedJob> {
  const tracks = await measureTrackEnds(plan, job);
  const ends = deriveEndTimes(plan, starts, tracks);
  const run = async (until: EndTimes) => {
    const progress = new EncodeProgress(plan.durationSeconds);
    const result = await runTool({
      path: job.tools.ffmpegPath,
      args: writeFfmpegArguments(plan, starts, until),
      directory: job.directory,
      timeLimitMs: job.timeLimitMs,
      signal: job.signal,
      onLine: (line) => {
        if (progress.read(line)) job.onProgress(progress);
      },
    });
    throwIfSoundChanged(result);
    if (result.status !== 0) throw toJobFailedError(result);
    return { result, frames: progress.frames };
  };
  const first = await run(ends);
  const completed = padToEnd(plan, starts, ends, first.frames);
  const { result } = completed === undefined ? first : await run(completed);
  const finished = await Promise.all(
    job.settings.outputGroups.map(({ outputGroupSettings: group }, index) =>
      group.type === 'CMAF_GROUP_SETTINGS'
        ? finishCmafGroup(plan, starts, { index, settings: group.cmafGroupSettings, directory: job.directory })
        : finishFileGroup(plan, {
            index,
            destination: group.fileGroupSettings.destination,
            directory: job.directory,
            firstCapture: job.firstCapture,
          }),
    ),
  );
  return {
    uploads: finished
      .toSorted((a, b) => a.playlistFilePaths.length - b.playlistFilePaths.length)
      .flatMap(({ uploads }) => uploads),
    outputGroupDetails: finished.map(groupDetail),
    warnings: [...findDecodeWarnings(result.stderr, job.probed, job.media.demuxer), ...silenceWarnings(tracks?.soundGaps ?? 0)],
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

const FULL_DISK = /No space left on device|Disk quota exceeded/;

/** @returns JobFailedError, or an error of a full disk, which is not the job's fault */
function toJobFailedError({ stderr }: ToolResult): Error {
  if (FULL_DISK.test(stderr)) return Object.assign(new Error('ffmpeg: No space left on device'), { code: 'ENOSPC' });
  const last = stderr.trim().split('\n').at(-1)?.replaceAll(/file:\S+/g, 'the input').slice(0, 200);
  if (NO_DECODER.test(stderr)) return new JobFailedError('unsupportedCodec', last);
  if (NOTHING_DECODED.test(stderr)) return new JobFailedError('nothingDecoded', last);
  return new JobFailedError(UNREADABLE.test(stderr) ? 'unreadableInput' : 'unknown', last);
}
