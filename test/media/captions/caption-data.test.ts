import { findCaptionData } from '../../../media/captions/caption-data.ts';
import { captionData, captionUnit, SILENCE, TEXT } from '../../support/media/caption-packets.ts';

const USER_DATA = Buffer.from('000001b2', 'hex');

test.each([
  ['text in the first field', TEXT, 'present'],
  ['a control code in the second field', [0xfc, 0x80, 0x80, 0xfd, 0x15, 0x2c], 'present'],
  ['a service of CEA-708', [0xff, 0x02, 0x21, 0xfe, 0x41, 0x00], 'present'],
  ['no text', SILENCE, 'empty'],
  ['data about the program in the second field', [0xfc, 0x80, 0x80, 0xfd, 0x01, 0x05], 'empty'],
  ['a packet of CEA-708 without a service', [0xff, 0x01, 0x00], 'empty'],
  ['text that is marked invalid', [0xf8, 0xc8, 0xe9], 'empty'],
  ['nothing', [], 'empty'],
] as const)('tells %s in H.264 and MPEG-2', (_name, triplets, expected) => {
  const noise = Buffer.alloc(500, 7);
  expect(findCaptionData(Buffer.concat([noise, captionUnit(triplets), noise]))).toBe(expected);
  expect(findCaptionData(Buffer.concat([noise, USER_DATA, captionData(triplets), noise]))).toBe(expected);
});

test('finds text after packets without any', () => {
  expect(findCaptionData(Buffer.concat([captionUnit(SILENCE), captionUnit(SILENCE), captionUnit(TEXT)]))).toBe('present');
});

test('ignores the marker elsewhere', () => {
  expect(findCaptionData(Buffer.concat([Buffer.from('a file about GA94\x03'), captionData(TEXT)]))).toBe('none');
  expect(findCaptionData(captionUnit(TEXT).subarray(0, 15))).toBe('empty');
  expect(findCaptionData(new Uint8Array())).toBe('none');
});
