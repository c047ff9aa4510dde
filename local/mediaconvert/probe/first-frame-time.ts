import { dirname } from 'node:path';
import * as z from 'zod';
import { inputOptions, type LocalMedia, number, type ProbeOptions, runFfprobe } from './ffprobe.ts';
import { runTool } from '../media-tools.ts';

/** Packets that suffice for most recordings: a key frame and up to seven frames presented before it. */
const FIRST_PACKETS = '%+#8';
/** Time limit for searching beyond them, which reads the whole file if nothing decodes. */
const SEARCH_LIMIT_MS = 600_000;

const framesSchema = z.object({
  frames: z.array(z.object({ pts_time: number, best_effort_timestamp_time: number })).default([]),
});

/**
 * Measures the presentation time of a stream's first decodable frame, in seconds: a recording may begin inside a GOP, and any
 * part of a file may be damaged. Returns 0 if frames have no timestamps. Laptop encoder.
 *
 * @returns undefined if no frame of the stream decodes
 */
export async function measureFirstFrameTime(
  media: LocalMedia,
  index: number,
  options: ProbeOptions,
): Promise<number | undefined> {
  const shown = ['-select_streams', String(index), '-read_intervals', FIRST_PACKETS, '-show_frames'];
  const entries = ['-show_entries', 'frame=pts_time,best_effort_timestamp_time'];
  const output = await runFfprobe(media, [...shown, ...entries], options);
  const frames = framesSchema.safeParse(output ?? {}).data?.frames ?? [];
  const times = frames.map((frame) => frame.best_effort_timestamp_time ?? frame.pts_time);
  if (frames.length > 0) return times.find((time) => time !== undefined) ?? 0;
  return searchFirstFrame(media, index, options);
}

/** Decodes a stream up to its first decodable frame. */
async function searchFirstFrame(
  media: LocalMedia,
  index: number,
  { tools, signal }: ProbeOptions,
): Promise<number | undefined> {
  const { stdout } = await runTool({
    path: tools.ffmpegPath,
    args: [
      '-hide_banner', '-nostdin', '-loglevel', 'quiet', '-max_error_rate', '1', '-copyts',
      ...inputOptions(media), '-i', `file:${media.path}`,
      '-map', `0:${index}`, '-frames', '1', '-fps_mode', 'passthrough', '-enc_time_base', '1/1000000',
      '-avoid_negative_ts', 'disabled', '-f', 'framecrc', '-',
    ],
    directory: dirname(media.path),
    timeLimitMs: SEARCH_LIMIT_MS,
    signal,
  });
  return findFrameTime(stdout);
}

/**
 * Finds the presentation time of the first frame in ffmpeg's list, in seconds. Each line holds stream, decoding time,
 * presentation time, duration, size and checksum; times are in ticks of the time base that the header states.
 * https://ffmpeg.org/ffmpeg-formats.html#framecrc
 */
function findFrameTime(list: string): number | undefined {
  const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)/m.exec(list) ?? [];
  const [, time] = /^0, *-?\w+, *(-?\d+),/m.exec(list) ?? [];
  return time === undefined ? undefined : (Number(time) * Number(numerator)) / Number(denominator);
}

const packetsSchema = z.object({ packets: z.array(z.unknown()).default([]) });

/** Returns whether a file has packets of a stream, decodable or not. */
export async function hasPackets(media: LocalMedia, index: number, options: ProbeOptions): Promise<boolean> {
  const shown = ['-select_streams', String(index), '-read_intervals', '%+#1', '-show_packets'];
  const output = await runFfprobe(media, [...shown, '-show_entries', 'packet=size'], options);
  return (packetsSchema.safeParse(output ?? {}).data?.packets ?? []).length > 0;
}
