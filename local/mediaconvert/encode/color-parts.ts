import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findLastingColors } from '../../../media/color/color-changes.ts';
import { readParameters } from '../../../media/containers/read-parameters.ts';
import type { StreamParameters } from '../../../media/containers/stream-parameters.ts';
import { readTagParameters } from '../../../media/flv/tag-parameters.ts';
import { IsobmffError } from '../../../media/isobmff/isobmff-error.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { sniffSource } from '../../../media/sniffing/sniff.ts';
import { fileSource } from '../file-source.ts';
import { runTool } from '../media-tools.ts';
import { inputOptions, type LocalMedia, type ProbedFile, type ProbedStream, type ProbeOptions } from '../probe/ffprobe.ts';
import { videoStreams } from '../probe/stream-facts.ts';

/** Part of a video with its own color labels. */
export interface ColorPart {
  /** Timestamp of its first frame. */
  readonly startSeconds: number;
  /** The stream, with the colors of this part. */
  readonly stream: ProbedStream;
}

interface Source {
  readonly media: LocalMedia;
  readonly probed: ProbedFile;
  readonly video: ProbedStream;
}

/** Time limit for decoding every key frame of a file. */
const MAX_SCAN_MS = 1_800_000;
const ENTRIES = ['pix_fmt', 'color_range', 'color_space', 'color_primaries', 'color_transfer'] as const;

/**
 * Lists the parts of a video whose color labels change. Only key frames can change them. Laptop encoder: ffmpeg keeps the labels
 * of H.264 for a following part without any.
 *
 * @returns none if the labels stay the same
 */
export async function findColorParts(source: Source, options: ProbeOptions): Promise<readonly ColorPart[]> {
  if (!(await changesColors(source))) return [];
  const { media, video } = source;
  const parts: ColorPart[] = [];
  let earlier: string | undefined;
  await runTool({
    path: options.tools.ffprobePath,
    args: [
      '-v', 'error', ...inputOptions(media), '-skip_frame', 'nokey', '-select_streams', String(video.index),
      '-show_entries', `frame=best_effort_timestamp_time,${ENTRIES.join()}:side_data=`, '-of', 'compact=p=0', '-i', `file:${media.path}`,
    ],
    directory: dirname(media.path),
    timeLimitMs: MAX_SCAN_MS,
    signal: options.signal,
    onLine: (line) => {
      const frame: Readonly<Record<string, string | undefined>> = Object.fromEntries(line.split('|').map((entry) => entry.split('=')));
      const startSeconds = Number.parseFloat(frame['best_effort_timestamp_time'] ?? '');
      const colors = Object.fromEntries(ENTRIES.map((name) => [name, frame[name]]));
      const labels = JSON.stringify(colors);
      if (!Number.isNaN(startSeconds) && labels !== earlier) parts.push({ startSeconds, stream: { ...video, ...colors } });
      if (!Number.isNaN(startSeconds)) earlier = labels;
    },
  });
  return parts.length > 1 ? parts : [];
}

async function changesColors({ media, probed, video }: Source): Promise<boolean> {
  const file = await open(media.path);
  try {
    const streams = videoStreams(probed);
    const place = { position: streams.indexOf(video), count: streams.length };
    const source = fileSource(file, (await file.stat()).size);
    const { stretches } = (await readAnyParameters(source, place)) ?? { stretches: [] };
    const { width = 0, height = 0 } = video;
    return findLastingColors(stretches, { width, height }).changes;
  } finally {
    await file.close();
  }
}

type Place = Parameters<typeof readParameters>[3];

async function readAnyParameters(file: ReturnType<typeof fileSource>, place: Place): Promise<StreamParameters | undefined> {
  const { sniffed, media: source } = await sniffSource(file);
  if (sniffed.kind !== 'video') return undefined;
  try {
    if (sniffed.family === 'flv') return await readTagParameters(source);
    const movie = sniffed.family === 'isobmff' ? await readMovie(source) : undefined;
    return await readParameters(sniffed.family, source, movie, place);
  } catch (error) {
    if (error instanceof IsobmffError) return undefined;
    throw error;
  }
}
