import type { AudioDescription, AudioSelector, Output } from '@aws-sdk/client-mediaconvert';
import type { AudioRendition } from '../../media/ladder/plan-audio.ts';

function selectorName(track: number): string {
  return `Audio Selector ${track}`;
}

/**
 * Returns selectors for the tracks that the outputs use. A single track is selected as the default one, without its
 * number, which works for any container.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/about-audio-tracks-and-audio-selectors.html
 */
export function audioSelectors(audio: readonly AudioRendition[]): Record<string, AudioSelector> {
  const tracks = [...new Set(audio.map(({ track }) => track))];
  const named = tracks.length > 1;
  return Object.fromEntries(tracks.map((track, index): [string, AudioSelector] => [
    selectorName(track),
    {
      DefaultSelection: index === 0 ? 'DEFAULT' : 'NOT_DEFAULT',
      ...(named ? { SelectorType: 'TRACK', Tracks: [track] } as const : {}),
    },
  ]));
}

/** Names outputs `_audio_eng`, and `_audio_eng_2` for the next rendition of the same language. */
export function audioOutputs(audio: readonly AudioRendition[]): Output[] {
  return audio.map((rendition, index) => {
    const earlier = audio.slice(0, index).filter(({ language }) => language === rendition.language);
    const use = earlier.length + 1;
    const useInGroup = earlier.filter(({ group }) => group === rendition.group).length + 1;
    return {
      NameModifier: `_audio_${rendition.language}${use === 1 ? '' : `_${use}`}`,
      ContainerSettings: {
        Container: 'CMFC',
        CmfcSettings: {
          AudioGroupId: rendition.group,
          AudioTrackType: rendition.isDefault ? 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT' : 'ALTERNATE_AUDIO_AUTO_SELECT',
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
    ...(sourceChannels === 1 && channels === 2 ? { RemixSettings: MONO_TO_STEREO } : {}),
  };
}

/** Remix that copies a single channel to both sides at its own level (0 dB). */
const MONO_TO_STEREO = {
  ChannelsIn: 1,
  ChannelsOut: 2,
  ChannelMapping: { OutputChannels: [{ InputChannels: [0] }, { InputChannels: [0] }] },
};

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
