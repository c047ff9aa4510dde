import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { countSubtitleTracks } from '../../../media/containers/subtitle-tracks.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { transportStream } from '../../support/media/transport-stream.ts';

let directory: string;
let subtitles: readonly string[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'subtitles-'));
  const path = join(directory, 'a.srt');
  await writeFile(path, '1\n00:00:00,000 --> 00:00:00,400\nHello\n');
  const chapters = join(directory, 'chapters.txt');
  await writeFile(chapters, ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=First\n');
  subtitles = ['-i', path, '-i', path, '-f', 'ffmetadata', '-i', chapters];
});
afterAll(() => rm(directory, { recursive: true }));

const VIDEO = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=0.4'];
const X264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'];

async function count(container: string, file: string, ...options: string[]): Promise<number | undefined> {
  const source = byteSourceOf(await makeWithFfmpeg(file, [...VIDEO, ...subtitles, ...options]));
  return countSubtitleTracks(container, source, container === 'isobmff' ? await readMovie(source) : undefined);
}

const [ONE, BOTH, CHAPTERS] = [['-map', '0:v', '-map', '1'], ['-map', '0:v', '-map', '1', '-map', '2'], ['-map', '0:v', '-map_chapters', '3']];

test.each<[string, string, string, readonly string[], number]>([
  ['two in MP4', 'isobmff', 'a.mp4', [...BOTH, ...X264, '-c:s', 'mov_text'], 2],
  ['one in MOV', 'isobmff', 'a.mov', [...ONE, ...X264, '-c:s', 'mov_text'], 1],
  ['one in fragments', 'isobmff', 'a.mp4', [...ONE, ...X264, '-c:s', 'mov_text', '-movflags', 'frag_keyframe+empty_moov'], 1],
  ['chapters in MP4', 'isobmff', 'a.mp4', [...CHAPTERS, ...X264], 0],
  ['chapters in MOV', 'isobmff', 'a.mov', [...CHAPTERS, ...X264], 0],
  ['none in MP4', 'isobmff', 'a.mp4', ['-map', '0:v', '-map_chapters', '-1', ...X264], 0],
  ['SubRip and SSA in Matroska', 'matroska', 'a.mkv', [...BOTH, ...X264, '-c:s:0', 'srt', '-c:s:1', 'ass'], 2],
  ['WebVTT in WebM', 'webm', 'a.webm', [...ONE, '-c:v', 'libvpx', '-deadline', 'realtime', '-c:s', 'webvtt'], 1],
  ['none in Matroska', 'matroska', 'a.mkv', ['-map', '0:v', ...X264], 0],
  ['none in AVI', 'avi', 'a.avi', ['-map', '0:v', '-c:v', 'mpeg4'], 0],
  ['none in a transport stream', 'mpegts', 'a.ts', ['-map', '0:v', ...X264], 0],
  ['none in a program stream', 'mpegps', 'a.mpg', ['-map', '0:v', '-c:v', 'mpeg2video', '-r', '25'], 0],
])('counts subtitle tracks: %s', async (_name, container, file, options, expected) => {
  expect(await count(container, file, ...options)).toBe(expected);
});

test('counts those of a transport stream', async () => {
  const dvb = { type: 6, descriptors: [[0x59, [0x65, 0x6e, 0x67, 0x10, 0, 1, 0, 1]]] } as const;
  expect(await countSubtitleTracks('mpegts', byteSourceOf(transportStream({ type: 0x1b }, dvb, { type: 0x0f }, dvb)), undefined)).toBe(2);
});

function chunk(id: string, content: Buffer): Buffer {
  const head = Buffer.from(`${id}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

test('counts streams of text and of DivX subtitles in AVI', async () => {
  const stream = (type: string, handler: string): Buffer =>
    chunk('LIST', Buffer.concat([Buffer.from('strl'), chunk('strh', Buffer.concat([Buffer.from(type + handler, 'latin1'), Buffer.alloc(48)]))]));
  const streams = [stream('vids', 'H264'), stream('auds', '\0\0\0\0'), stream('txts', 'GAB2'), stream('vids', 'DXSB')];
  const header = chunk('LIST', Buffer.concat([Buffer.from('hdrl'), chunk('avih', Buffer.alloc(56)), ...streams]));
  const file = chunk('RIFF', Buffer.concat([Buffer.from('AVI '), header]));
  expect(await countSubtitleTracks('avi', byteSourceOf(file), undefined)).toBe(2);
});

test('counts streams of Kate and of text in Ogg', async () => {
  const file = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), Buffer.from('\x80kate\0\0\0\0', 'latin1'), Buffer.from('OggS'), Buffer.from('\x01text\0', 'latin1')]);
  expect(await countSubtitleTracks('ogg', byteSourceOf(file), undefined)).toBe(2);
});

test('returns undefined for containers that it does not read', async () => {
  expect(await countSubtitleTracks('mxf', byteSourceOf(Buffer.alloc(100)), undefined)).toBeUndefined();
});
