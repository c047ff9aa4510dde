import { findTransportPackets } from '../../../media/containers/mpeg-ts.ts';
import { captionServices, findVideoProgram } from '../../../media/mpeg-ts/program-map.ts';
import { isSubtitleStream } from '../../../media/mpeg-ts/subtitle-stream.ts';
import { transportPackets } from '../../../media/mpeg-ts/transport-packet.ts';
import { type MappedStream, transportStream } from '../../support/media/transport-stream.ts';

const AVC: MappedStream = { type: 0x1b };
const ENGLISH = [0x65, 0x6e, 0x67];

function programOf(...streams: readonly MappedStream[]) {
  const bytes = transportStream(...streams);
  const layout = findTransportPackets(bytes);
  return layout && findVideoProgram(transportPackets(bytes, layout));
}

test.each<[string, MappedStream, boolean]>([
  ['DVB subtitles', { type: 6, descriptors: [[0x59, [...ENGLISH, 0x10, 0, 1, 0, 1]]] }, true],
  ['teletext with a page of subtitles', { type: 6, descriptors: [[0x56, [...ENGLISH, 0x09, 0x00, ...ENGLISH, 0x10, 0x88]]] }, true],
  ['teletext with subtitles for the hearing impaired', { type: 6, descriptors: [[0x56, [...ENGLISH, 0x29, 0x88]]] }, true],
  ['teletext without subtitles', { type: 6, descriptors: [[0x56, [...ENGLISH, 0x09, 0x00]]] }, false],
  ['TTML subtitles', { type: 6, descriptors: [[0x7f, [0x20, ...ENGLISH]]] }, true],
  ['AC-4', { type: 6, descriptors: [[0x7f, [0x15]]] }, false],
  ['ARIB captions', { type: 6, descriptors: [[0x52, [0x30]], [0xfd, [0x00, 0x08, 0x3d]]] }, true],
  ['ARIB data of another kind', { type: 6, descriptors: [[0xfd, [0x00, 0x0c]]] }, false],
  ['AC-3 in private data', { type: 6, descriptors: [[0x6a, [0]]] }, false],
  ['private data without a descriptor', { type: 6 }, false],
  ['subtitles of Blu-ray', { type: 0x90 }, true],
  ['AAC', { type: 0x0f }, false],
])('tells whether a stream holds subtitles: %s', (_name, stream, expected) => {
  const [, second] = programOf(AVC, stream) ?? [];
  expect(second && isSubtitleStream(second)).toBe(expected);
});

test('reads a map of several packets', () => {
  const subtitles: MappedStream[] = Array.from({ length: 40 }, () => ({ type: 6, descriptors: [[0x59, [...ENGLISH, 0x10, 0, 1, 0, 1]]] }));
  const program = programOf(...subtitles, AVC);
  expect(program?.map(({ type }) => type)).toEqual([...Array.from({ length: 40 }, () => 6), 0x1b]);
  expect(program?.filter(isSubtitleStream)).toHaveLength(40);
});

test('finds no program without a video', () => {
  expect(programOf({ type: 0x0f })).toBeUndefined();
});

test('counts declared caption services', () => {
  const [video] = programOf({ type: 0x02, descriptors: [[0x86, [0xc2, ...ENGLISH, 0x7e, 0x3f, 0xff, ...ENGLISH, 0xc1, 0x3f, 0xff]]] }) ?? [];
  expect(video && captionServices(video)).toBe(2);
  const [plain] = programOf(AVC) ?? [];
  expect(plain && captionServices(plain)).toBe(0);
});
