import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PRESETS } from '../lib/config/presets.ts';
import { getFfmpeg } from '../local/cli/ffmpeg.ts';
import { probeFile } from '../local/mediaconvert/probe/ffprobe.ts';
import type { MediaTools } from '../local/mediaconvert/media-tools.ts';
import { type Ladder, planLadder } from '../media/ladder/plan-ladder.ts';
import { rational, valueOf } from '../media/rational.ts';
import { requireFfmpeg } from './require-program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);

/**
 * Encodes the renditions of an MP4 with a single ffmpeg: the ladder's sizes and frame rate, and the x264 and AAC settings
 * of the laptop's encoder. It makes no poster, storyboard or playlist.
 */
export interface PlainFfmpeg {
  readonly rungs: readonly string[];
  /** Encodes once, into a temporary directory. */
  encode(): Promise<void>;
}

/**
 * @param source path of an MP4 with unrotated, progressive video at a constant frame rate
 * @throws SkippedError without ffmpeg
 */
export async function preparePlainFfmpeg(source: string): Promise<PlainFfmpeg> {
  requireFfmpeg();
  const tools = getFfmpeg();
  const ladder = await ladderOf(source, tools);
  return {
    rungs: ladder.rungs.map(({ name }) => name),
    encode: async () => {
      using directory = temporaryDirectory();
      await run(tools.ffmpegPath, plainArguments(source, ladder, directory.path));
    },
  };
}

async function ladderOf(source: string, tools: MediaTools): Promise<Ladder> {
  const signal = new AbortController().signal;
  const probed = await probeFile({ path: source, demuxer: 'mov' }, { tools, signal });
  const video = probed?.streams.find(({ codec_type: type }) => type === 'video');
  const [numerator = 0, denominator = 1] = (video?.avg_frame_rate ?? '').split('/').map(Number);
  if (video?.width === undefined || video.height === undefined || numerator === 0)
    throw new Error(`${source} has no video track.`);
  return planLadder(
    {
      width: video.width,
      height: video.height,
      frameRate: rational(numerator, denominator),
      durationSeconds: probed?.format.duration ?? 0,
      audioTracks: (probed?.streams ?? [])
        .filter(({ codec_type: type }) => type === 'audio')
        .map(({ channels = 2 }) => ({ channels })),
    },
    PRESETS.dev.ladder,
  );
}

function plainArguments(source: string, { rungs, frameRate, gopSeconds, audio }: Ladder, directory: string): string[] {
  const gop = String(Math.round(valueOf(frameRate) * gopSeconds));
  const graph = [
    `[0:v:0]fps=${frameRate.numerator}/${frameRate.denominator},split=${rungs.length}${rungs.map((_, index) => `[s${index}]`).join('')}`,
    ...rungs.map(
      ({ width, height }, index) => `[s${index}]scale=${width}:${height}:flags=bicubic,format=yuv420p[v${index}]`,
    ),
  ];
  return [
    '-v', 'error', '-nostdin', '-i', source, '-filter_complex', graph.join(';'),
    ...rungs.flatMap(({ name, qualityLevel, maxBitrateBps }, index) => [
      '-map', `[v${index}]`, '-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high',
      '-crf', String(38 - 2 * qualityLevel), '-maxrate', String(maxBitrateBps), '-bufsize', String(2 * maxBitrateBps),
      '-g', gop, '-keyint_min', gop, '-sc_threshold', '0', ...FRAGMENTED, join(directory, `${name}.mp4`),
    ]),
    ...audio.flatMap(({ track, channels, bitrateBps }, index) => [
      '-map', `0:a:${track - 1}`, '-c:a', 'aac', '-ar', '48000', '-ac', String(channels), '-b:a', String(bitrateBps),
      ...FRAGMENTED, join(directory, `audio${index}.mp4`),
    ]),
  ];
}

const FRAGMENTED = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4'];
