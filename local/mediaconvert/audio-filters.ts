import type { RemixSettings } from './audio-settings.ts';
import type { EncodePlan, PlannedAudio } from './encode-plan.ts';
import type { AudioStart, StartTimes } from './start-times.ts';

const LAYOUTS = { CODING_MODE_1_0: 'mono', CODING_MODE_2_0: 'stereo', CODING_MODE_5_1: '5.1' } as const;

/** Drift of time stamps beyond which samples are dropped or silence is inserted. */
const HARD_COMPENSATION_SECONDS = 0.03;

export function audioLabel(index: number): string {
  return `audio${index}`;
}

/** Writes the filter graphs of the audio, one per output. */
export function writeAudioFilterGraphs(plan: EncodePlan, starts: StartTimes): string[] {
  return plan.audios.map((audio, index) => {
    const filters = [...writeTimingFilters(starts.audio.get(audio.stream.index)), ...writeMixingFilters(audio)];
    return `[0:${audio.stream.index}]${filters.join(',')}[${audioLabel(index)}]`;
  });
}

function writeTimingFilters(start: AudioStart | undefined): string[] {
  const { silenceSeconds = 0, trimSeconds = 0 } = start ?? {};
  return [
    'asetpts=PTS-STARTPTS',
    ...(trimSeconds > 0 ? [`atrim=start=${trimSeconds.toFixed(6)}`, 'asetpts=PTS-STARTPTS'] : []),
    `aresample=async=1:min_hard_comp=${HARD_COMPENSATION_SECONDS}`,
    ...(silenceSeconds > 0 ? [`adelay=delays=${Math.round(silenceSeconds * 1000)}:all=1`] : []),
  ];
}

function writeMixingFilters({ description, stream }: PlannedAudio): string[] {
  const { codingMode, sampleRate } = description.codecSettings.aacSettings;
  const layout = LAYOUTS[codingMode];
  const { remixSettings } = description;
  const mix =
    remixSettings !== undefined && remixSettings.channelsIn === stream.channels
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
