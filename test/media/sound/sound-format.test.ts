import { findSoundFormat, type FramedCodec, parseAudioSpecificConfig } from '../../../media/sound/sound-format.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';

function make(rate: number, channels: number, ...args: string[]): Promise<Buffer> {
  return makeWithFfmpeg('a.es', ['-f', 'lavfi', '-i', `sine=r=${rate}:d=0.5`, '-ac', String(channels), ...args]);
}

const ADTS = ['-c:a', 'aac', '-f', 'adts'];
const LATM = ['-c:a', 'aac', '-f', 'latm'];

test.each<[FramedCodec, string, number, number, string[]]>([
  ['adts', 'AAC', 48_000, 1, ADTS],
  ['adts', 'AAC', 44_100, 2, ADTS],
  ['adts', 'AAC', 8_000, 6, ADTS],
  ['adts', 'AAC', 48_000, 8, ADTS],
  ['latm', 'AAC in LATM', 48_000, 2, LATM],
  ['latm', 'AAC in LATM', 24_000, 1, LATM],
  ['mpeg', 'MP2', 48_000, 1, ['-c:a', 'mp2', '-f', 'mp2']],
  ['mpeg', 'MP2', 22_050, 2, ['-c:a', 'mp2', '-f', 'mp2']],
  ['mpeg', 'MP3', 44_100, 2, ['-c:a', 'libmp3lame', '-f', 'mp3', '-write_xing', '0', '-id3v2_version', '0']],
  ['mpeg', 'MP3', 16_000, 1, ['-c:a', 'libmp3lame', '-f', 'mp3', '-write_xing', '0', '-id3v2_version', '0']],
  ['ac3', 'AC-3', 48_000, 1, ['-c:a', 'ac3', '-f', 'ac3']],
  ['ac3', 'AC-3', 44_100, 2, ['-c:a', 'ac3', '-f', 'ac3']],
  ['ac3', 'AC-3', 32_000, 6, ['-c:a', 'ac3', '-f', 'ac3']],
  ['ac3', 'E-AC-3', 48_000, 2, ['-c:a', 'eac3', '-f', 'eac3']],
  ['ac3', 'E-AC-3', 48_000, 6, ['-c:a', 'eac3', '-f', 'eac3']],
])('reads from a frame in %s (%s) %i Hz and %i channels', async (codec, _name, sampleRateHz, channels, args) => {
  const bytes = await make(sampleRateHz, channels, ...args);
  expect(findSoundFormat(codec, bytes)).toEqual({ sampleRateHz, channels });
});

test.each<[FramedCodec, string[]]>([
  ['adts', ADTS],
  ['mpeg', ['-c:a', 'mp2', '-f', 'mp2']],
  ['ac3', ['-c:a', 'ac3', '-f', 'ac3']],
])('reads the next frame where a part of a stream begins inside one of %s', async (codec, args) => {
  const bytes = await make(48_000, 2, ...args);
  expect(findSoundFormat(codec, bytes.subarray(33))).toEqual({ sampleRateHz: 48_000, channels: 2 });
});

test.each<[FramedCodec]>([['adts'], ['latm'], ['mpeg'], ['ac3']])('finds nothing for %s in other bytes', (codec) => {
  expect(findSoundFormat(codec, Buffer.alloc(5000, 0xff))).toBeUndefined();
  expect(findSoundFormat(codec, Buffer.alloc(5000))).toBeUndefined();
  expect(findSoundFormat(codec, Buffer.alloc(0))).toBeUndefined();
});

test.each([
  ['1190', { sampleRateHz: 48_000, channels: 2 }],
  ['1208', { sampleRateHz: 44_100, channels: 1 }],
  ['11b0', { sampleRateHz: 48_000, channels: 6 }],
  // An explicit rate of 37,800 Hz.
  ['17804d1410', { sampleRateHz: 39_464, channels: 2 }],
  // Channels that a program configuration element describes.
  ['1180', undefined],
])('reads the AudioSpecificConfig %s', (hex, expected) => {
  expect(parseAudioSpecificConfig(Buffer.from(hex, 'hex'))).toEqual(expected);
});

test('does not take bytes within a part that another codec fills for a header', () => {
  const part = Buffer.alloc(400, 0x55);
  // The header of an ADTS frame with eight channels that ends after the part.
  Buffer.from('fff14dffffff', 'hex').copy(part, 300);
  expect(findSoundFormat('adts', part)).toBeUndefined();
  expect(findSoundFormat('adts', part.subarray(300))).toEqual({ sampleRateHz: 48_000, channels: 8 });
});
