import { BitReader } from '../../avc/bit-reader.ts';
import type { LoadedBox } from '../../isobmff/box-tree.ts';
import { esdsConfiguration } from '../../isobmff/esds.ts';
import { parseAudioSpecificConfig } from '../../sound/sound-format.ts';
import type { AudioCodec } from './codec-name.ts';

/** Channels by `acmod`, not counting the low-frequency one: ATSC A/52, Table 5.8. */
const AC3_CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];
/** Channels by bit of `chan_loc`, from the lowest one: ETSI TS 102 366, F.6. */
const DEPENDENT_CHANNELS = [2, 2, 1, 1, 2, 2, 2, 1, 1];
/** Audio object type of parametric stereo: ISO/IEC 14496-3, 1.6.2.1. */
const PARAMETRIC_STEREO = 29;

/**
 * Returns the number of channels that a sound track has, low-frequency ones included. Sample entries of AAC, AC-3 and E-AC-3 state
 * 2 for any number; the codec's configuration states it.
 *
 * @param stated channels of the sample entry
 */
export function audioChannels(codec: AudioCodec, configuration: LoadedBox | undefined, stated: number): number {
  if (configuration === undefined) return stated;
  if (codec === 'aac') return aacChannels(configuration) ?? stated;
  if (codec === 'ac3' && configuration.type === 'dac3') return ac3Channels(configuration.content);
  if (codec === 'eac3' && configuration.type === 'dec3') return enhancedAc3Channels(configuration.content);
  return stated;
}

function aacChannels(esds: LoadedBox): number | undefined {
  const configuration = esdsConfiguration(esds);
  const channels = configuration && parseAudioSpecificConfig(configuration)?.channels;
  const isParametric = ((configuration?.[0] ?? 0) >> 3) === PARAMETRIC_STEREO;
  return isParametric && channels === 1 ? 2 : channels;
}

/** Reads AC3SpecificBox: ETSI TS 102 366, F.4. */
function ac3Channels(content: Uint8Array): number {
  const reader = new BitReader(content);
  reader.bits(2 + 5 + 3);
  return (AC3_CHANNELS[reader.bits(3)] ?? 0) + reader.bits(1);
}

/** Reads the first substream, and those that depend on it, of EC3SpecificBox: ETSI TS 102 366, F.6. */
function enhancedAc3Channels(content: Uint8Array): number {
  const reader = new BitReader(content);
  reader.bits(13 + 3 + 2 + 5 + 1 + 1 + 3);
  const channels = (AC3_CHANNELS[reader.bits(3)] ?? 0) + reader.bits(1);
  reader.bits(3);
  const dependent = reader.bits(4) === 0 ? 0 : reader.bits(9);
  return DEPENDENT_CHANNELS.reduce((sum, count, bit) => sum + (((dependent >> bit) & 1) === 1 ? count : 0), channels);
}
