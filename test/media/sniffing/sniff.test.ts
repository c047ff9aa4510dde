import { sniff } from '../../../media/sniffing/sniff.ts';
import { ffmpegFile } from '../../support/clips.ts';

function hex(digits: string, length = 0): Buffer {
  return Buffer.concat([Buffer.from(digits.replaceAll(' ', ''), 'hex'), Buffer.alloc(length)]);
}

function ftyp(brand: string): Buffer {
  return Buffer.concat([hex('00000018'), Buffer.from(`ftyp${brand}`), hex('00000000', 8)]);
}

/** `packets` packets of a transport stream, each with `before` bytes ahead and `after` behind. */
function packets(count: number, before: number, after: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => Buffer.concat([Buffer.alloc(before, 1), hex('47'), Buffer.alloc(187 + after, 2)])));
}

test.each([
  ['MP4', ftyp('isom'), 'isobmff'],
  ['QuickTime', ftyp('qt  '), 'isobmff'],
  ['3GP', ftyp('3gp5'), 'isobmff'],
  ['Flash MP4', ftyp('F4V '), 'isobmff'],
  ['QuickTime from before ftyp, index first', hex('0000 0400 6d6f6f76', 64), 'isobmff'],
  ['QuickTime from before ftyp, media first, size in 64 bits', hex('00000001 6d646174 0000000100000000', 64), 'isobmff'],
  ['QuickTime that leaves room first', hex('00000008 77696465 00000000 6d646174', 64), 'isobmff'],
  ['Matroska', hex('1a45dfa3 a3 4286 8101 4282 88 6d6174726f736b61', 32), 'matroska'],
  ['WebM', hex('1a45dfa3 9f 4286 8101 4282 84 7765626d', 32), 'webm'],
  ['AVI', Buffer.from('RIFF\u0000\u0001\u0000\u0000AVI LIST'), 'avi'],
  ['FLV', hex('464c5601 05 00000009 00000000'), 'flv'],
  ['MPEG program stream', hex('000001ba 44000400', 32), 'mpegps'],
  ['Windows Media', hex('3026b2758e66cf11a6d900aa0062ce6c', 32), 'asf'],
  ['MXF', hex('060e2b34020501010d010201 01020400', 32), 'mxf'],
  ['MXF behind a run-in', Buffer.concat([Buffer.alloc(5000, 7), hex('060e2b34020501010d010201 01020400', 32)]), 'mxf'],
  ['transport stream', packets(8, 0, 0), 'mpegts'],
  ['transport stream of three packets', packets(3, 0, 0), 'mpegts'],
  ['transport stream with time codes', packets(8, 4, 0), 'mpegts'],
  ['transport stream with error correction', packets(8, 0, 16), 'mpegts'],
  ['transport stream cut inside a packet', packets(9, 0, 0).subarray(100), 'mpegts'],
])('%s is told by its content', (_name, bytes, container) => {
  expect(sniff(bytes)).toEqual({ kind: 'video', container });
});

test.each([
  ['HLS', '#EXTM3U\n#EXT-X-VERSION:3\n'],
  ['HLS behind a byte order mark and blank lines', '\uFEFF\r\n\r\n#EXTM3U\r\n'],
  ['DASH', '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">'],
  ['Smooth Streaming', '<SmoothStreamingMedia MajorVersion="2">'],
  ['SMIL', '<smil><body/></smil>'],
  ['Windows Media redirector', '<ASX version="3.0"><entry/></ASX>'],
  ['XSPF', '<?xml version="1.0"?><playlist version="1">'],
  ['ffmpeg concatenation', 'ffconcat version 1.0\nfile /etc/passwd\n'],
  ['PLS', '[playlist]\nFile1=http://10.0.0.1/\n'],
  ['session description', 'v=0\no=- 0 0 IN IP4 127.0.0.1\n'],
])('a %s file is a playlist', (_name, text) => {
  expect(sniff(Buffer.from(text))).toEqual({ kind: 'playlist' });
});

test.each([
  ['WAVE', Buffer.from('RIFF\u0000\u0001\u0000\u0000WAVEfmt ')],
  ['MP3', hex('fffb9064', 32)],
  ['MP3 with tags', hex('494433 04 00', 32)],
  ['ADTS', hex('fff15080', 32)],
  ['FLAC', hex('664c6143', 32)],
  ['Ogg Vorbis', Buffer.concat([hex('4f676753 0002', 22), Buffer.from('\u0001vorbis')])],
  ['iTunes audio', ftyp('M4A ')],
  ['AIFF', Buffer.from('FORM\u0000\u0001\u0000\u0000AIFFCOMM')],
  ['AMR', Buffer.from('#!AMR\n')],
  ['AC-3', hex('0b77', 32)],
])('%s is sound alone', (_name, bytes) => {
  expect(sniff(bytes)).toEqual({ kind: 'audio' });
});

function scrambled(bytes: Buffer, packetBytes: number): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(0x47); at < copy.length; at += packetBytes) copy[at + 3] = 0x82;
  return copy;
}

const asf = hex('3026b2758e66cf11a6d900aa0062ce6c', 14);

test.each([
  ['scrambled transport stream', scrambled(packets(8, 0, 0), 188)],
  ['scrambled transport stream with time codes', scrambled(packets(8, 4, 0), 192)],
  ['Windows Media with encrypted content', Buffer.concat([asf, hex('fbb311222 3bdd211b4b700a0c955fc6e', 32)])],
  ['Windows Media with encrypted content of a later kind', Buffer.concat([asf, hex('14e68a29 2226174c b935dae07ee9289c', 32)])],
])('a %s is protected', (_name, bytes) => {
  expect(sniff(bytes)).toEqual({ kind: 'protected' });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['one byte', hex('00')],
  ['zeros', Buffer.alloc(4096)],
  ['text', Buffer.from('#EXT is how this note begins, GGGG')],
  ['text in UTF-16', Buffer.from('\uFEFFHello', 'utf16le')],
  ['HTML', Buffer.from('<!doctype html><title>MPD</title>')],
  ['JPEG', hex('ffd8ffe0 00104a464946', 32)],
  ['PNG', hex('89504e470d0a1a0a', 32)],
  ['HEIF', ftyp('heic')],
  ['ZIP', hex('504b0304', 32)],
  ['a box too small to be one', hex('00000004 6d6f6f76', 32)],
  ['two sync bytes', packets(2, 0, 0)],
])('%s is no video', (_name, bytes) => {
  expect(sniff(bytes)).toEqual({ kind: 'unknown' });
});

test.each([
  ['mp4', 'isobmff', 'h264'],
  ['mov', 'isobmff', 'h264'],
  ['mkv', 'matroska', 'h264'],
  ['webm', 'webm', 'vp8'],
  ['ts', 'mpegts', 'h264'],
  ['flv', 'flv', 'flv'],
  ['avi', 'avi', 'mpeg4'],
  ['mpg', 'mpegps', 'mpeg2video'],
  ['mxf', 'mxf', 'mpeg2video'],
  ['wmv', 'asf', 'wmv2'],
  ['3gp', 'isobmff', 'mpeg4'],
])('what ffmpeg writes as %s is told from its first bytes', async (extension, container, codec) => {
  const encode = ['-f', 'lavfi', '-i', 'testsrc=size=176x144:rate=25:duration=0.4', '-c:v', codec, '-pix_fmt', 'yuv420p'];
  const file = await ffmpegFile(`clip.${extension}`, encode);
  expect(sniff(file.subarray(0, 65_536))).toEqual({ kind: 'video', container });
});
