import { boxesIn, rootOf } from '../../../../media/isobmff/box-tree.ts';
import { audioChannels } from '../../../../media/packaging/source/audio-channels.ts';
import { box } from '../../../support/media/box-builder.ts';

/** Channels of the sample entry. */
const STATED = 9;

/** Reads a box from its type and content. */
function boxOf(type: string, hex: string) {
  const [found] = boxesIn(rootOf(box(type, Buffer.from(hex, 'hex'))));
  return found;
}

/** Reads an elementary stream descriptor with an AudioSpecificConfig of two bytes. */
function esds(configuration: string) {
  return boxOf('esds', `0000000003190000000411401500000000000000000000000502${configuration}060102`);
}

test.each([
  ['AAC of 5.1', 'aac', esds('11b0'), 6],
  ['AAC of 7.1', 'aac', esds('11b8'), 8],
  ['AAC whose configuration describes channels elsewhere', 'aac', esds('1180'), STATED],
  ['mono with parametric stereo', 'aac', esds('eb08'), 2],
  ['AC-3 of 5.1', 'ac3', boxOf('dac3', '103dc0'), 6],
  ['AC-3 mono', 'ac3', boxOf('dac3', '100900'), 1],
  ['E-AC-3 of 5.1', 'eac3', boxOf('dec3', '0c00200f00'), 6],
  ['E-AC-3 of 7.1', 'eac3', boxOf('dec3', '0c00200f0202'), 8],
  ['FLAC', 'flac', boxOf('dfLa', ''), STATED],
  ['MP3 without configuration', 'mp3', undefined, STATED],
] as const)('%s', (_name, codec, configuration, channels) => {
  expect(audioChannels(codec, configuration, STATED)).toBe(channels);
});
