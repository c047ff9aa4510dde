import { join } from 'node:path';
import { type AudioDescription, audioLayout } from '../settings/audio-settings.ts';
import type { EncodePlan, PlannedAudio } from './encode-plan.ts';
import { hasClockJump, inputOptions, probeFile, type ProbeOptions } from '../probe/ffprobe.ts';
import { runTool, type ToolResult } from '../media-tools.ts';
import type { SteadySound } from './plan-inputs.ts';

/** Name of the file in the job's directory with sound of constant layout and sampling rate. */
const STEADY_SOUND = 'steady.nut';

/**
 * Option before the input. Audio encoders take frames of a fixed number of samples, so a rebuilt graph would lose the samples
 * of an unfinished frame. Instead, a change of layout or sampling rate ends the process with a message that is recognized.
 */
export const KEEP_AUDIO_GRAPH = ['-reinit_filter:a', '0'] as const;
const SOUND_CHANGED = /Changing audio frame properties on the fly is not supported/;

/** Thrown if a process ended because the layout or sampling rate of a sound track changes. */
export class SoundChangedError extends Error {
  override readonly name = 'SoundChangedError';
}

export function throwIfSoundChanged({ status, stderr }: Pick<ToolResult, 'status' | 'stderr'>): void {
  if (status !== 0 && SOUND_CHANGED.test(stderr)) throw new SoundChangedError('The sound changes within the source.');
}

/** Conforms a source's sound to one layout and sampling rate. Returns the file, and the result of the process. */
export async function makeSoundSteady(
  plan: EncodePlan,
  options: ProbeOptions & { readonly directory: string; readonly timeLimitMs: number },
): Promise<{ readonly steadySound: SteadySound; readonly result: ToolResult }> {
  const { tools, directory, timeLimitMs, signal } = options;
  const clockJumps = await hasClockJump(plan.media, plan.video.index, options);
  const args = steadySoundArguments(plan, clockJumps);
  const result = await runTool({ path: tools.ffmpegPath, args, directory, timeLimitMs, signal });
  const media = { path: join(directory, STEADY_SOUND), demuxer: 'nut' };
  const beginSeconds = (await probeFile(media, options))?.format.start_time ?? 0;
  // If the clock never jumps, the file has the source's timestamps; otherwise they count from its start.
  return { steadySound: { ...media, offsetSeconds: clockJumps ? beginSeconds : beginSeconds - plan.startSeconds }, result };
}

/**
 * Writes the arguments of a process that decodes all planned sound to samples, with one layout and sampling rate per output,
 * at their times in the source. PCM has no frames to complete, so nothing is lost when ffmpeg rebuilds the graph. Laptop
 * encoder.
 *
 * @param clockJumps whether the picture's clock jumps, so that jumps are removed from the sound, too
 */
function steadySoundArguments({ media, audios }: EncodePlan, clockJumps: boolean): string[] {
  return [
    '-hide_banner', '-nostdin', '-y', '-loglevel', 'repeat+level+error', '-max_error_rate', '1',
    // ffmpeg would fill missing timestamps by the first sampling rate, and take overlapping sounds for a jump.
    '-fflags', '+nofillin', ...(clockJumps ? [] : ['-copyts']),
    ...inputOptions(media), '-i', `file:${media.path}`,
    ...audios.flatMap((audio, index) => ['-filter_complex', `[0:${audio.stream.index}]${mix(audio, audios)}[steady${index}]`]),
    ...audios.flatMap((_, index) => ['-map', `[steady${index}]`]),
    '-c:a', 'pcm_s16le', '-f', 'nut', STEADY_SOUND,
  ];
}

/** Mono keeps its level on both sides, unless the source also becomes 5.1, where mono is the center. */
function mix({ description, stream }: PlannedAudio, audios: readonly PlannedAudio[]): string {
  const layout = layoutOf(description);
  const hasSurround = audios.some((other) => other.stream === stream && layoutOf(other.description) === '5.1');
  const pan = layout === 'stereo' && !hasSurround ? `pan=stereo|${mixSide('L')}|${mixSide('R')},` : '';
  const { sampleRate } = description.codecSettings.aacSettings;
  return `${pan}aformat=sample_fmts=s16:sample_rates=${sampleRate}:channel_layouts=${layout}`;
}

function layoutOf({ codecSettings }: AudioDescription): ReturnType<typeof audioLayout> {
  return audioLayout(codecSettings.aacSettings.codingMode);
}

/** Writes one side of stereo; ffmpeg divides the gains by the sum over the channels that exist. */
function mixSide(side: 'L' | 'R'): string {
  return `F${side}<F${side}+0.707*FC+0.707*B${side}+0.707*S${side}`;
}
