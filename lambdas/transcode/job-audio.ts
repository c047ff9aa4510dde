import type { AudioDescription, AudioSelector, Output } from '@aws-sdk/client-mediaconvert';
import type { AudioRendition } from '../../media/ladder/plan-audio.ts';
import { remixOf } from './remix-channels.ts';

function selectorName(track: number): string {
  return `Audio Selector ${track}`;
}

/**
 * Returns selectors for the tracks that the outputs use. A source's only track is selected as the default, without a number,
 * which works for any container.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/about-audio-tracks-and-audio-selectors.html
 */
export function audioSelectors(audio: readonly AudioRendition[]): Record<string, AudioSelector> {
  const tracks = [...new Set(audio.map(({ track }) => track))];
  const named = !audio.some(({ isOnlyTrack }) => isOnlyTrack);
  return Object.fromEntries(tracks.map((track, index): [string, AudioSelector] => [
    selectorName(track),
    {
      DefaultSelection: index === 0 ? 'DEFAULT' : 'NOT_DEFAULT',
      ...(named ? { SelectorType: 'TRACK', Tracks: [track] } as const : {}),
    },
  ]));
}

/**
 * Setting that pads audio with silence to the end of the video, or trims it there; trimming never happens, since the video is
 * padded. The documentation asks for it "in your output video settings", but it belongs to each output, so every output of
 * the group has it.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-cmfcsettings
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-padding.html
 */
export const MATCH_AUDIO_TO_VIDEO = { AudioDuration: 'MATCH_VIDEO_DURATION' } as const;

/**
 * Names outputs `_audio_eng`, and `_audio_eng_2` for the next rendition of the same language.
 *
 * Only one output may be the default, whatever its rendition group: "Choose this value for only one variant in your output
 * group." The delivered playlist states the default of every other group. Plan.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html, `CmfcSettings`, `audioTrackType`
 */
export function audioOutputs(audio: readonly AudioRendition[]): Output[] {
  const defaultIndex = audio.findIndex(({ isDefault }) => isDefault);
  return audio.map((rendition, index) => {
    const earlier = audio.slice(0, index).filter(({ language }) => language === rendition.language);
    const use = earlier.length + 1;
    const useInGroup = earlier.filter(({ group }) => group === rendition.group).length + 1;
    return {
      NameModifier: `_audio_${rendition.language}${use === 1 ? '' : `_${use}`}`,
      ContainerSettings: {
        Container: 'CMFC',
        CmfcSettings: {
          ...MATCH_AUDIO_TO_VIDEO,
          AudioGroupId: rendition.group,
          AudioTrackType: index === defaultIndex ? 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT' : 'ALTERNATE_AUDIO_AUTO_SELECT',
        },
      },
      AudioDescriptions: [audioDescription(rendition, useInGroup)],
    };
  });
}

/** Returns the description of a track in AAC; bit rates depend on the coding mode: https://docs.aws.amazon.com/mediaconvert/latest/ug/aac-support.html */
function audioDescription(rendition: AudioRendition, useInGroup: number): AudioDescription {
  const { track, language, channels, sourceChannels, bitrateBps } = rendition;
  return {
    AudioSourceName: selectorName(track),
    ...languageSettings(language),
    StreamName: streamName(language, useInGroup),
    CodecSettings: {
      Codec: 'AAC',
      AacSettings: {
        CodecProfile: 'LC',
        RateControlMode: 'CBR',
        CodingMode: channels === 6 ? 'CODING_MODE_5_1' : 'CODING_MODE_2_0',
        Bitrate: bitrateBps,
        SampleRate: 48_000,
      },
    },
    ...remixOf(sourceChannels, channels),
  };
}

/**
 * Returns the language settings of a track. Streaming outputs accept any tag of RFC 5646 as a custom code, which HLS
 * (RFC 8216, 4.3.4.1) and DASH require: `ko` where the catalog has the three letters of ISO 639-2.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-audiodescription
 */
function languageSettings(language: string): Pick<AudioDescription, 'CustomLanguageCode' | 'LanguageCodeControl'> {
  if (language === 'und') return {};
  return { CustomLanguageCode: new Intl.Locale(language).toString(), LanguageCodeControl: 'USE_CONFIGURED' };
}

/**
 * Returns the name in a player's menu: unique within a group, and the same for a track in every group, as HLS requires.
 * MediaConvert accepts letters, digits, underscores and spaces, so Bokmål becomes Bokmal.
 */
function streamName(language: string, useInGroup: number): string {
  const name = language === 'und' ? 'Audio' : (LANGUAGE_NAMES.of(language) ?? language);
  const plain = name.normalize('NFD').replaceAll(/[^\w\s]/g, '');
  return useInGroup === 1 ? plain : `${plain} ${useInGroup}`;
}

const LANGUAGE_NAMES = new Intl.DisplayNames(['en'], { type: 'language' });
