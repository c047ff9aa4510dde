import { audioLayout, type RemixSettings } from '../settings/audio-settings.ts';
import type { EncodePlan, PlannedAudio } from './encode-plan.ts';
import type { EndTimes } from './end-times.ts';
import type { AudioStart, StartTimes } from './start-times.ts';

/** Drift of timestamps beyond which samples are dropped or silence is inserted. */
const HARD_COMPENSATION_SECONDS = 0.03;

export function audioLabel(index: number): string {
  return `audio${index}`;
}

/** Returns the input and stream with the sound of an output. */
export function audioInput({ steadySound, audios }: EncodePlan, index: number): string {
  return steadySound === undefined ? `0:${audios[index]?.stream.index}` : `1:${index}`;
}

/** Writes the filter graphs of the audio, one per output. */
export function writeAudioFilterGraphs(plan: EncodePlan, starts: StartTimes, ends: EndTimes): string[] {
  return plan.audios.map((audio, index) => {
    const filters = [
      ...writeTimingFilters(starts.audio.get(audio.stream.index)),
      ...writeMixingFilters(audio, plan.steadySound !== undefined),
      ...writeEndFilters(audio, ends),
    ];
    return `[${audioInput(plan, index)}]${filters.join(',')}[${audioLabel(index)}]`;
  });
}

function writeTimingFilters(start: AudioStart | undefined): string[] {
  const { silenceSeconds = 0, trimSeconds = 0 } = start ?? {};
  return [
    'asetpts=PTS-STARTPTS',
    ...(trimSeconds > 0 ? [`atrim=start=${trimSeconds.toFixed(6)}`, 'asetpts=PTS-STARTPTS'] : []),
    `aresample=async=1:min_hard_comp=${HARD_COMPENSATION_SECONDS}`,
    ...(silenceSeconds > 0 ? [`adelay=delays=${(silenceSeconds * 1000).toFixed(3)}:all=1`] : []),
  ];
}

/** Pads audio with silence, or trims it, to the end of the video; the encoder completes its last frame. */
function writeEndFilters({ matchesVideo }: PlannedAudio, { presentationSeconds }: EndTimes): string[] {
  if (!matchesVideo || presentationSeconds === undefined) return [];
  const end = presentationSeconds.toFixed(6);
  return [`apad=whole_dur=${end}`, `atrim=end=${end}`];
}

function writeMixingFilters({ description, stream }: PlannedAudio, isMixed: boolean): string[] {
  const { codingMode, sampleRate } = description.codecSettings.aacSettings;
  const layout = audioLayout(codingMode);
  const { remixSettings } = description;
  const mix =
    !isMixed && remixSettings !== undefined && remixSettings.channelsIn === stream.channels
      ? [writePanFilter(remixSettings, layout)]
      : [];
  return [...mix, `aformat=sample_rates=${sampleRate}:channel_layouts=${layout}`];
}

/** Mixes channels; -60 dB mutes a channel in MediaConvert. */
function writePanFilter({ channelMapping }: RemixSettings, layout: string): string {
  const channels = channelMapping.outputChannels.map(({ inputChannels }, output) => {
    const terms = inputChannels.flatMap((decibels, channel) =>
      decibels <= -60 ? [] : [`${(10 ** (decibels / 20)).toFixed(4)}*c${channel}`],
    );
    return `c${output}=${terms.join('+') || '0*c0'}`;
  });
  return `pan=${layout}|${channels.join('|')}`;
}
