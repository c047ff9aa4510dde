import { dirname } from 'node:path';
import * as z from 'zod';
import type { Orientation } from '../../../media/orientation.ts';
import { INPUT_RESTRICTIONS, type MediaTools, runTool } from '../media-tools.ts';

/** A file on this machine and ffmpeg's demuxer for its content. */
export interface LocalMedia {
  readonly path: string;
  readonly demuxer: string;
  /** Whether the start of the file tells too little of some stream, so that ffmpeg must read on. @default false */
  readonly thorough?: boolean;
}

/**
 * Options before an input that let ffmpeg read 100 seconds and 100 MB for the properties of streams, instead of 5 seconds
 * and 5 MB: the picture of a recording may begin long after its sound. Laptop encoder.
 */
const THOROUGH = ['-analyzeduration', '100000000', '-probesize', '100000000'];

/**
 * Returns the options that ffmpeg and ffprobe need before a file: what they may open, its format, also that of any file inside
 * it, and how far to analyze it.
 */
export function inputOptions({ demuxer, thorough = false }: LocalMedia): readonly string[] {
  return [...INPUT_RESTRICTIONS, '-format_whitelist', demuxer, ...(thorough ? THOROUGH : []), '-f', demuxer];
}

/** Number that ffprobe prints as text; undefined for `N/A`. */
export const number = z.coerce.number().optional().catch(undefined);

const streamSchema = z.object({
  index: z.number(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  codec_tag_string: z.string().optional(),
  profile: z.string().optional(),
  level: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  sample_aspect_ratio: z.string().optional(),
  pix_fmt: z.string().optional(),
  bits_per_raw_sample: number,
  field_order: z.string().optional(),
  r_frame_rate: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  color_range: z.string().optional(),
  color_primaries: z.string().optional(),
  color_transfer: z.string().optional(),
  color_space: z.string().optional(),
  channels: z.number().optional(),
  channel_layout: z.string().optional(),
  sample_rate: number,
  start_time: number,
  duration: number,
  bit_rate: number,
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  side_data_list: z.array(z.looseObject({ displaymatrix: z.string().optional() })).optional(),
});
export type ProbedStream = z.infer<typeof streamSchema> & {
  /** How a player shows the picture, where ffprobe may not report it. */
  readonly orientation?: Orientation;
};

const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ start_time: number, duration: number, bit_rate: number }).default({}),
});
export type ProbedFile = Omit<z.infer<typeof probeSchema>, 'streams'> &
  Pick<LocalMedia, 'thorough'> & { readonly streams: readonly ProbedStream[] };

export interface ProbeOptions {
  readonly tools: MediaTools;
  readonly signal: AbortSignal;
}

const TIME_LIMIT_MS = 60_000;
/** Time limit for reading all packets of a file. */
const MAX_SCAN_MS = 1_800_000;

/**
 * Probes streams and format, reading on where the start of the file tells too little. Returns undefined for a file that
 * cannot be read.
 *
 * @throws ToolStoppedError if the file is not read within a minute
 */
export async function probeFile(media: LocalMedia, options: ProbeOptions): Promise<ProbedFile | undefined> {
  const probed = await probeOnce(media, options);
  if (probed === undefined || media.thorough === true || probed.streams.every(isDescribed)) return probed;
  const thorough = await probeOnce({ ...media, thorough: true }, options);
  return thorough === undefined ? probed : { ...thorough, thorough: true };
}

async function probeOnce(media: LocalMedia, options: ProbeOptions): Promise<ProbedFile | undefined> {
  const output = await runFfprobe(media, ['-show_streams', '-show_format'], options);
  return output === undefined ? undefined : probeSchema.safeParse(output).data;
}

function isDescribed({ codec_type: type, width, height, channels, sample_rate: rate }: ProbedStream): boolean {
  const needed = type === 'video' ? [width, height] : type === 'audio' ? [channels, rate] : [];
  return needed.every((value = 0) => value > 0);
}

/** Steps between decoding times that ffmpeg takes for a clock jump and removes, in seconds: back and ahead. */
const MAX_STEP_BACK = 0.1;
const MAX_STEP_AHEAD = 10;

/** Returns whether a stream's clock jumps, as where recordings were joined. */
export async function hasClockJump(media: LocalMedia, index: number, { tools, signal }: ProbeOptions): Promise<boolean> {
  let earlier: number | undefined;
  let jumps = false;
  await runTool({
    path: tools.ffprobePath,
    args: [
      '-v', 'error', ...inputOptions(media), '-select_streams', String(index),
      '-show_entries', 'packet=dts_time', '-of', 'csv=p=0', '-i', `file:${media.path}`,
    ],
    directory: dirname(media.path),
    timeLimitMs: MAX_SCAN_MS,
    signal,
    onLine: (line) => {
      const time = Number.parseFloat(line);
      if (Number.isNaN(time)) return;
      if (earlier !== undefined) jumps ||= time < earlier - MAX_STEP_BACK || time > earlier + MAX_STEP_AHEAD;
      earlier = time;
    },
  });
  return jumps;
}

/**
 * Runs ffprobe on a file. Returns its JSON, or undefined if the file cannot be read.
 *
 * @throws ToolStoppedError if the file is not read within a minute
 */
export async function runFfprobe(
  media: LocalMedia,
  args: readonly string[],
  { tools, signal }: ProbeOptions,
): Promise<unknown> {
  const { status, stdout } = await runTool({
    path: tools.ffprobePath,
    args: ['-v', 'error', '-of', 'json', ...inputOptions(media), ...args, '-i', `file:${media.path}`],
    directory: dirname(media.path),
    timeLimitMs: TIME_LIMIT_MS,
    signal,
  });
  if (status !== 0) return undefined;
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
