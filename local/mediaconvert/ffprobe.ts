import { dirname } from 'node:path';
import { z } from 'zod';
import { INPUT_RESTRICTIONS, type MediaTools, runTool } from './media-tools.ts';

/** A file on this machine and ffmpeg's demuxer for its content. */
export interface LocalMedia {
  readonly path: string;
  readonly demuxer: string;
}

const number = z.coerce.number().optional().catch(undefined);

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
  side_data_list: z.array(z.looseObject({ rotation: z.number().optional() })).optional(),
});
export type ProbedStream = z.infer<typeof streamSchema>;

const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ start_time: number, duration: number, bit_rate: number }).default({}),
});
export type ProbedFile = z.infer<typeof probeSchema>;

const framesSchema = z.object({
  frames: z.array(z.object({ pts_time: number, best_effort_timestamp_time: number })).default([]),
});

export interface ProbeOptions {
  readonly tools: MediaTools;
  readonly signal: AbortSignal;
}

const TIME_LIMIT_MS = 60_000;

/** Probes streams and format. Returns undefined for a file that cannot be read within a minute. */
export async function probeFile(media: LocalMedia, options: ProbeOptions): Promise<ProbedFile | undefined> {
  const output = await runFfprobe(media, ['-show_streams', '-show_format'], options);
  return output === undefined ? undefined : probeSchema.safeParse(output).data;
}

/** Enough for most recordings: a key frame and at most seven frames presented before it. */
const FIRST_PACKETS = '%+#8';
const FIRST_HALF_MINUTE = '%+30';

/**
 * Measures when the first decodable frame of a stream is presented, in seconds; a recording may begin inside a group of
 * pictures. Returns 0 if frames have no time stamps.
 *
 * @returns undefined if nothing in the first half minute decodes
 */
export async function measureFirstFrameTime(
  media: LocalMedia,
  index: number,
  options: ProbeOptions,
): Promise<number | undefined> {
  for (const interval of [FIRST_PACKETS, FIRST_HALF_MINUTE]) {
    const shown = ['-select_streams', String(index), '-read_intervals', interval, '-show_frames'];
    const entries = ['-show_entries', 'frame=pts_time,best_effort_timestamp_time'];
    const output = await runFfprobe(media, [...shown, ...entries], options);
    const frames = framesSchema.safeParse(output ?? {}).data?.frames ?? [];
    const times = frames.map((frame) => frame.best_effort_timestamp_time ?? frame.pts_time);
    if (frames.length > 0) return times.find((time) => time !== undefined) ?? 0;
  }
  return undefined;
}

async function runFfprobe(
  media: LocalMedia,
  args: readonly string[],
  { tools, signal }: ProbeOptions,
): Promise<unknown> {
  const { status, stdout } = await runTool({
    path: tools.ffprobePath,
    args: ['-v', 'error', '-of', 'json', ...INPUT_RESTRICTIONS, '-f', media.demuxer, ...args, '-i', `file:${media.path}`],
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
