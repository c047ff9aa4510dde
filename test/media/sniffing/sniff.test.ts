import { byteSourceOf } from '../../../media/byte-source.ts';
import { sniff, sniffSource } from '../../../media/sniffing/sniff.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { withNoise } from '../../support/media/damage.ts';

function hex(digits: string, length = 0): Buffer {
  return Buffer.concat([Buffer.from(digits.replaceAll(' ', ''), 'hex'), Buffer.alloc(length)]);
}

function ftyp(brand: string): Buffer {
  return Buffer.concat([hex('00000018'), Buffer.from(`ftyp${brand}`), hex('00000000', 8)]);
}

/** Makes packets of a transport stream, each with `before` bytes ahead and `after` bytes behind. */
function packets(count: number, before: number, after: number, filler = 2): Buffer {
  const packet = Buffer.concat([Buffer.alloc(before, 1), hex('47'), Buffer.alloc(187 + after, filler)]);
  return Buffer.concat(Array.from({ length: count }, () => packet));
}

/** Makes bytes that look random. */
function noise(length: number): Buffer {
  return withNoise(Buffer.alloc(length), { from: 0, size: 1 });
}

const theora = Buffer.concat([hex('4f676753 0002', 22), Buffer.from('\u0080theora')]);

test.each([
  ['MP4', ftyp('isom'), 'isobmff', 'mov', 'mp4'],
  ['MP4 with a minimal header', hex('00000018 66747970 69736f6d', 600), 'isobmff', 'mov', 'mp4'],
  ['QuickTime', ftyp('qt  '), 'isobmff', 'mov', 'quicktime'],
  ['3GP', ftyp('3gp5'), 'isobmff', 'mov', 'three_gp'],
  ['3GP release 4', ftyp('3gp4'), 'isobmff', 'mov', 'three_gp'],
  ['3G2', ftyp('3g2a'), 'isobmff', 'mov', 'three_g2'],
  ['Flash MP4', ftyp('F4V '), 'isobmff', 'mov', 'mp4'],
  ['QuickTime older than ftyp, index first', hex('0000 0400 6d6f6f76', 64), 'isobmff', 'mov', 'quicktime'],
  ['QuickTime older than ftyp, media first, 64-bit size', hex('00000001 6d646174 0000000100000000', 64), 'isobmff', 'mov', 'quicktime'],
  ['QuickTime that reserves space first', hex('00000008 77696465 00000000 6d646174', 64), 'isobmff', 'mov', 'quicktime'],
  ['QuickTime with a junk box first', hex('00000010 6a756e6b', 64), 'isobmff', 'mov', 'quicktime'],
  ['MP4 with a uuid box first', hex('00000018 75756964', 64), 'isobmff', 'mov', 'quicktime'],
  ['Matroska', hex('1a45dfa3 a3 4286 8101 4282 88 6d6174726f736b61', 32), 'matroska', 'matroska', 'matroska'],
  ['WebM', hex('1a45dfa3 9f 4286 8101 4282 84 7765626d', 32), 'webm', 'matroska', 'webm'],
  ['AVI', Buffer.from('RIFF\u0000\u0001\u0000\u0000AVI LIST'), 'avi', 'avi', 'avi'],
  ['continued AVI', Buffer.from('RIFF\u0000\u0001\u0000\u0000AVIXLIST'), 'avi', 'avi', 'avi'],
  ['FLV', hex('464c5601 05 00000009 00000000'), 'flv', 'flv', undefined],
  ['MPEG program stream', hex('000001ba 44000400', 32), 'mpegps', 'mpeg', 'mpegps'],
  ['Windows Media', hex('3026b2758e66cf11a6d900aa0062ce6c', 32), 'asf', 'asf', 'asf'],
  ['Ogg Theora', theora, 'ogg', 'ogg', 'ogg'],
  ['MXF', hex('060e2b34020501010d010201 01020400', 32), 'mxf', 'mxf', 'mxf'],
  [
    'MXF behind a run-in',
    Buffer.concat([Buffer.alloc(5000, 7), hex('060e2b34020501010d010201 01020400', 32)]),
    'mxf',
    'mxf',
    'mxf',
  ],
  ['transport stream', packets(8, 0, 0), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream of six empty packets', packets(6, 0, 0, 0), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream of three packets', packets(3, 0, 0), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream with time codes', packets(8, 4, 0), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream with error correction', packets(8, 0, 16), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream cut inside a packet', packets(9, 0, 0).subarray(100), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream after other bytes', Buffer.concat([noise(3000), packets(8, 0, 0, 0x10)]), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream with time codes after other bytes', Buffer.concat([noise(59_000), packets(8, 4, 0, 0x10)]), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream after zeros', Buffer.concat([Buffer.alloc(5000), packets(8, 0, 0, 0x30)]), 'mpegts', 'mpegts', 'mpegts'],
  ['transport stream after the header of a response', Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'.padStart(400)), packets(8, 0, 0, 0x10)]), 'mpegts', 'mpegts', 'mpegts'],
  [
    'transport stream that begins like AC-3',
    Buffer.concat([hex('0b77', 100), packets(8, 0, 0)]),
    'mpegts',
    'mpegts',
    'mpegts',
  ],
])('identifies %s as video', (_name, bytes, family, demuxer, mediaConvertFormat) => {
  expect(sniff(bytes)).toEqual({ kind: 'video', family, demuxer, mediaConvertFormat });
});

const playlists: readonly (readonly [string, string])[] = [
  ['HLS', '#EXTM3U\n#EXT-X-VERSION:3\n'],
  ['HLS with a local file', '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'],
  ['HLS behind a byte order mark and blank lines', '\uFEFF\r\n\r\n#EXTM3U\r\n'],
  ['DASH', '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">'],
  ['empty DASH', '<?xml version="1.0"?><MPD></MPD>'],
  ['Smooth Streaming', '<SmoothStreamingMedia MajorVersion="2">'],
  ['SMIL', '<smil><body/></smil>'],
  ['Windows Media redirector', '<ASX version="3.0"><entry/></ASX>'],
  ['XSPF', '<?xml version="1.0"?><playlist version="1">'],
  ['ffmpeg concatenation', 'ffconcat version 1.0\nfile /etc/passwd\n'],
  ['PLS', '[playlist]\nFile1=http://10.0.0.1/\n'],
  ['session description', 'v=0\no=- 0 0 IN IP4 127.0.0.1\n'],
];

test.each(playlists)('identifies a playlist: %s', (_name, text) => {
  expect(sniff(Buffer.from(text))).toEqual({ kind: 'playlist' });
});

test.each(playlists)('identifies a playlist that holds signatures of containers: %s', (_name, text) => {
  const partition = hex('060e2b34020501010d010201 01020400', 32);
  expect(sniff(Buffer.concat([Buffer.from(text), packets(20, 0, 0), partition]))).toEqual({ kind: 'playlist' });
});

test.each([
  ['WAVE', Buffer.from('RIFF\u0000\u0001\u0000\u0000WAVEfmt '), 'wave', 'wav', 'wave'],
  ['MP3', hex('fffb9064', 32), 'mp3', 'mp3', 'mp3'],
  ['MP3 with tags', hex('494433 04 00', 32), 'mp3', 'mp3', 'mp3'],
  ['ADTS', hex('fff15080', 32), 'adts', 'aac', 'aac'],
  ['ADTS of MPEG-2', hex('fff95080', 32), 'adts', 'aac', 'aac'],
  ['FLAC', hex('664c6143', 32), 'flac', 'flac', 'flac'],
  ['Ogg Vorbis', Buffer.concat([hex('4f676753 0002', 22), Buffer.from('\u0001vorbis')]), 'ogg', 'ogg', 'ogg'],
  ['iTunes audio', ftyp('M4A '), 'isobmff', 'mov', 'mp4'],
  ['AIFF', Buffer.from('FORM\u0000\u0001\u0000\u0000AIFFCOMM'), 'aiff', 'aiff', undefined],
  ['AMR', Buffer.from('#!AMR\n'), 'amr', 'amr', undefined],
  ['Core Audio', Buffer.from('caff\u0000\u0001\u0000\u0000desc'), 'caf', 'caf', undefined],
  ['AC-3', hex('0b77', 32), 'ac3', 'ac3', 'ac3'],
])('identifies %s as audio only', (_name, bytes, family, demuxer, mediaConvertFormat) => {
  expect(sniff(bytes)).toEqual({ kind: 'audio', family, demuxer, mediaConvertFormat });
});

test('identifies HEIF as an image', () => {
  expect(sniff(ftyp('heic'))).toEqual({ kind: 'image', family: 'isobmff', demuxer: 'mov', mediaConvertFormat: 'mp4' });
});

function scrambled(bytes: Buffer, packetBytes: number): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(0x47); at < copy.length; at += packetBytes) copy[at + 3] = 0x82;
  return copy;
}

const asf = hex('3026b2758e66cf11a6d900aa0062ce6c', 14);

test.each([
  ['scrambled transport stream', scrambled(packets(8, 0, 0), 188), 'mpegts'],
  ['scrambled transport stream with time codes', scrambled(packets(8, 4, 0), 192), 'mpegts'],
  [
    'Windows Media file with encrypted content',
    Buffer.concat([asf, hex('fbb311222 3bdd211b4b700a0c955fc6e', 32)]),
    'asf',
  ],
  [
    'Windows Media file with encrypted content of a later kind',
    Buffer.concat([asf, hex('14e68a29 2226174c b935dae07ee9289c', 32)]),
    'asf',
  ],
])('identifies a %s as protected', (_name, bytes, family) => {
  expect(sniff(bytes)).toEqual({ kind: 'protected', family, demuxer: family, mediaConvertFormat: family });
});

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['one byte', hex('00')],
  ['zeros', Buffer.alloc(4096)],
  ['text', Buffer.from('#EXT is how this note begins, GGGG')],
  ['text of sync bytes', Buffer.from('G'.repeat(50))],
  ['text in UTF-16', Buffer.from('\uFEFFHello', 'utf16le')],
  ['HTML', Buffer.from('<!doctype html><title>MPD</title>')],
  ['JPEG', hex('ffd8ffe0 00104a464946', 32)],
  ['PNG', hex('89504e470d0a1a0a', 32)],
  ['ZIP', hex('504b0304', 32)],
  ['a box smaller than its header', hex('00000004 6d6f6f76', 32)],
  ['two sync bytes', packets(2, 0, 0)],
  ['seven packets after other bytes', Buffer.concat([noise(3000), packets(7, 0, 0, 0x10)])],
  ['gray pixels after a header', Buffer.concat([noise(300), Buffer.alloc(9000, 0x47)]).fill(0xff, 200, 300)],
  ['a ZIP archive with a transport stream', Buffer.concat([hex('504b0304', 300), packets(8, 0, 0, 0x10)])],
  ['a tar archive with a transport stream', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(250), packets(8, 0, 0, 0x10)])],
  ['text before a transport stream', Buffer.concat([Buffer.from('Note '.repeat(600)), packets(8, 0, 0, 0x10)])],
])('does not identify %s', (_name, bytes) => {
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
])('identifies what ffmpeg writes as %s', async (extension, family, codec) => {
  const encode = [
    '-f',
    'lavfi',
    '-i',
    'testsrc=size=176x144:rate=25:duration=0.4',
    '-c:v',
    codec,
    '-pix_fmt',
    'yuv420p',
  ];
  const file = await makeWithFfmpeg(`clip.${extension}`, encode);
  expect(sniff(file.subarray(0, 65_536))).toMatchObject({ kind: 'video', family });
});

describe('a file that begins with ID3 tags', () => {
  /** Makes a tag whose content has the given length, with a footer if wanted. */
  const tag = (length: number, footer = false): Buffer => {
    const size = [21, 14, 7, 0].map((shift) => (length >> shift) & 0x7f);
    const head = Buffer.from([0x49, 0x44, 0x33, 4, 0, footer ? 0x10 : 0, ...size]);
    return Buffer.concat([head, Buffer.alloc(length, 1), footer ? Buffer.alloc(10) : Buffer.alloc(0)]);
  };
  const stream = packets(20, 0, 0);

  test.each([
    ['a short tag', tag(50)],
    ['a tag with a picture', tag(300_000)],
    ['a tag with a footer', tag(1000, true)],
    ['several tags', Buffer.concat([tag(50), tag(500), tag(5)])],
  ])('is identified by what follows %s', async (_name, tags) => {
    const { sniffed, media } = await sniffSource(byteSourceOf(Buffer.concat([tags, stream])));
    expect(sniffed).toMatchObject({ kind: 'video', family: 'mpegts' });
    expect([media.size, (await media.read(0, 1))[0]]).toEqual([stream.length, 0x47]);
  });

  test.each([
    ['MP3', hex('fffb9064', 200), 'mp3'],
    ['FLAC', hex('664c6143', 200), 'flac'],
    ['something unknown', hex('0000', 200), 'mp3'],
    ['nothing', hex(''), 'mp3'],
  ])('is sound if %s follows', async (_name, rest, family) => {
    expect((await sniffSource(byteSourceOf(Buffer.concat([tag(50), rest])))).sniffed).toMatchObject({ kind: 'audio', family });
  });

  test('is not a tag if its size exceeds seven bits per byte', async () => {
    const { media } = await sniffSource(byteSourceOf(Buffer.concat([hex('494433040000 00000080'), Buffer.alloc(118), stream])));
    expect(media.size).toBe(128 + stream.length);
  });
});
