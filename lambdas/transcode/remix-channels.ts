import type { AudioDescription } from '@aws-sdk/client-mediaconvert';

/** Maximum number of channels with a layout that encoders convert on their own: 7.1. */
export const MAX_KNOWN_CHANNELS = 8;

/** Gain of a muted channel, dB. */
const MUTED = -60;
/** Channels of 5.1 in the order of ITU-R BS.2159; larger layouts begin with them. */
const SURROUND_CHANNELS = 6;

/**
 * Gains that mix the channels of 5.1 into left and right, dB: those of ITU-R BS.775, Annex 4, lowered by 8 dB so that the sum
 * cannot clip. The low-frequency channel is left out.
 */
const DOWNMIX = [
  [-8, MUTED, -11, MUTED, -11, MUTED],
  [MUTED, -8, -11, MUTED, MUTED, -11],
];

/**
 * Returns the mix that the encoder cannot choose on its own: one channel is copied to both sides; of more than eight, whose
 * layout has no name, the first six are taken as 5.1, as in every layout with height channels. Plan.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-remixsettings
 */
export function remixOf(sourceChannels: number, channels: 2 | 6): Pick<AudioDescription, 'RemixSettings'> {
  if (sourceChannels === 1 && channels === 2) return remix(1, [[0], [0]]);
  if (sourceChannels <= MAX_KNOWN_CHANNELS) return {};
  return remix(sourceChannels, channels === 2 ? DOWNMIX : SURROUND);
}

const SURROUND = Array.from({ length: SURROUND_CHANNELS }, (_, output) =>
  Array.from({ length: SURROUND_CHANNELS }, (__, input) => (input === output ? 0 : MUTED)),
);

/** @param gains in dB, by output channel and input channel; further input channels are muted */
function remix(channelsIn: number, gains: readonly (readonly number[])[]): Pick<AudioDescription, 'RemixSettings'> {
  const outputs = gains.map((inputs) => [...inputs, ...Array.from({ length: channelsIn - inputs.length }, () => MUTED)]);
  return {
    RemixSettings: {
      ChannelsIn: channelsIn,
      ChannelsOut: outputs.length,
      ChannelMapping: { OutputChannels: outputs.map((inputs) => ({ InputChannels: inputs })) },
    },
  };
}
