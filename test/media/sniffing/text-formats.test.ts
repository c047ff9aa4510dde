import { byteSourceOf } from '../../../media/byte-source.ts';
import { MXF_PARTITION_KEY } from '../../../media/containers/mxf.ts';
import { SNIFF_BYTES, sniffSource } from '../../../media/sniffing/sniff.ts';

const LIST = '#EXTM3U\n#';
const XML = '<?xml version="1.0"?>';

function utf16(text: string, mark = ''): Buffer {
  return Buffer.from(`${mark}${text}`, 'utf16le');
}

function bigEndian(text: string, mark = ''): Buffer {
  return utf16(text, mark).swap16();
}

/** Makes an ID3v2 tag of up to 127 bytes. */
function tag(length: number): Buffer {
  return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, length]), Buffer.alloc(length, 1)]);
}

/** Lists of media elsewhere, up to the place of a comment, and what follows it. */
const LISTS: readonly (readonly [name: string, start: string | Buffer, end: string])[] = [
  ['HLS', LIST, '\n#EXTINF:1,\nhttp://10.0.0.1/\n'],
  ['HLS after a byte order mark', `\uFEFF${LIST}`, ''],
  ['HLS after two byte order marks', `\uFEFF\uFEFF${LIST}`, ''],
  ['HLS after line breaks', `\n\r\n\n ${LIST}`, ''],
  ['HLS after 5,000 line breaks', '\n'.repeat(5000) + LIST, ''],
  ['HLS after zero bytes', Buffer.concat([Buffer.alloc(4), Buffer.from(LIST)]), ''],
  ['HLS after a zero byte and a mark', `\0\uFEFF${LIST}`, ''],
  ['HLS with CR alone', '#EXTM3U\r#', ''],
  ['HLS in lower case', '#extm3u\n#', ''],
  ['HLS without its first line', '#EXT-X-VERSION:3\n#', ''],
  ['HLS after comments', '# one\n# two # three\n#EXTM3U\n#', ''],
  ['HLS in UTF-16', utf16(LIST), ''],
  ['HLS in UTF-16 with a mark', utf16(LIST, '\uFEFF'), ''],
  ['HLS in big-endian UTF-16', bigEndian(LIST), ''],
  ['HLS in big-endian UTF-16 with a mark', bigEndian(LIST, '\uFEFF'), ''],
  ['HLS in UTF-32', Buffer.from(Array.from(LIST).flatMap((character) => [0, 0, 0, character.charCodeAt(0)])), ''],
  ['HLS after an ID3 tag', Buffer.concat([tag(20), Buffer.from(LIST)]), ''],
  ['HLS after three ID3 tags', Buffer.concat([tag(20), tag(1), tag(9), Buffer.from(LIST)]), ''],
  ['HLS after an ID3 tag after zero bytes', Buffer.concat([Buffer.alloc(3), tag(20), Buffer.from(`\n${LIST}`)]), ''],
  ['HLS after ten ID3 tags', Buffer.concat([...Array.from({ length: 10 }, () => tag(2)), Buffer.from(LIST)]), ''],
  ['M3U without a header', 'http://10.0.0.1/latest#', ''],
  ['M3U with entries alone', '#EXTINF:1,a\n#', '\nhttp://10.0.0.1/'],
  ['RTSP addresses', 'rtsp://10.0.0.1/a#', ''],
  ['file addresses after a comment', '# list\nfile:///etc/passwd#', ''],
  ['PLS', '[playlist]\nFile1=http://10.0.0.1/#', ''],
  ['PLS after spaces', ' \t[Playlist]\n;', ''],
  ['ffconcat', 'ffconcat version 1.0\n#', "\nfile '/etc/passwd'"],
  ['ffconcat after a mark', '\uFEFFffconcat version 1.0\n#', ''],
  ['ffconcat in upper case', 'FFCONCAT VERSION 1.0\n#', ''],
  ['a concat list without a header', "file '/etc/passwd'\n#", ''],
  ['a concat list after a comment', "# list\nfile '/etc/passwd'\n#", ''],
  ['DASH', '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><!--', '-->'],
  ['DASH after a comment', `${XML}<!--`, '--><MPD></MPD>'],
  ['DASH after a long comment', `<!--${'x'.repeat(5000)}`, '--><MPD></MPD>'],
  ['DASH after a document type', `${XML}<!DOCTYPE MPD [<!ENTITY x SYSTEM "file:///etc/passwd">`, ']><MPD>'],
  ['DASH with a prefix', '<d-1:MPD xmlns:d-1="urn:mpeg:dash:schema:mpd:2011"><!--', '-->'],
  ['DASH without content', '<MPD/><!--', '-->'],
  ['DASH in UTF-16', utf16('<?xml version="1.0" encoding="UTF-16"?><MPD><!--', '\uFEFF'), ''],
  ['DASH after an ID3 tag', Buffer.concat([tag(20), Buffer.from(`${XML}<!--`)]), '--><MPD>'],
  ['Smooth Streaming', `${XML}<SmoothStreamingMedia><!--`, '-->'],
  ['SMIL', '<smil><body><!--', '--><video src="http://10.0.0.1/"/>'],
  ['a Windows playlist', '<?wpl version="1.0"?><smil><!--', '-->'],
  ['XSPF', `${XML}<playlist version="1"><!--`, '-->'],
  ['ASX', '<ASX VERSION="3.0"><!--', '-->'],
  ['an IMF composition', `${XML}<CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><!--`, '-->'],
  ['an asset map', `${XML}<am:AssetMap xmlns:am="a"><!--`, '-->'],
  ['a Final Cut project', `${XML}<!DOCTYPE fcpxml><fcpxml><!--`, '-->'],
  ['an MLT project', '<mlt><!--', '-->'],
  ['SDP', 'v=0\r\no=- 0 0 IN IP4 10.0.0.1\r\ns=', ''],
  ['SDP with LF', 'v=0\no=- 0 0 IN IP4 10.0.0.1\ns=', ''],
  ['SDP with CR', 'v=0\ro=- 0 0 IN IP4 10.0.0.1\rs=', ''],
  ['SDP that begins elsewhere', 's=', '\nc=IN IP4 10.0.0.1\nm=video 1 RTP/AVP 96\n'],
  ['a Windows Media redirector', '[Reference]\nRef1=http://10.0.0.1/\n;', ''],
  ['a QuickTime redirector', 'RTSPtextRTSP://10.0.0.1/', ''],
  ['a CMX edit list', 'TITLE: x\nFCM: NON-DROP FRAME\n* ', ''],
  ['OpenTimelineIO', '{"OTIO_SCHEMA": "Timeline.1", "x": "', '"}'],
  ['a Blu-ray playlist', 'MPLS0200\0\0\0\x3a', ''],
];

/** Text that names nothing, or nothing in its first 64 KiB. */
const TEXTS: readonly (readonly [name: string, start: string | Buffer, end: string])[] = [
  ['a note', 'Dear editor, ', 'bye'],
  ['a note in Latin-1', Buffer.from('D\xe9j\xe0 vu ', 'latin1'), ''],
  ['a note in UTF-16', utf16('Note', '\uFEFF'), ''],
  ['an AviSynth script', 'AVISource("/etc/passwd")#', ''],
  ['HTML', '<!doctype html><!--', '--><video src="http://10.0.0.1/">'],
  ['DASH after 64 KiB of comment', `<!--${'x'.repeat(SNIFF_BYTES)}`, '--><MPD>'],
  ['HLS after 64 KiB of spaces', ' '.repeat(SNIFF_BYTES) + LIST, ''],
];

/** Fills a comment with the sync byte of a transport stream at each 188th byte. */
function likeTransportStream(start: Buffer, end: Buffer): Buffer {
  const file = Buffer.concat([start, Buffer.alloc(188 * 12, 'A'), end]);
  for (let at = start.length % 188; at < file.length - end.length; at += 188) if (at >= start.length) file[at] = 0x47;
  return file;
}

function likeMxf(start: Buffer, end: Buffer): Buffer {
  return Buffer.concat([start, MXF_PARTITION_KEY, Buffer.alloc(40, 1), end]);
}

const DISGUISES = [
  ['a transport stream', likeTransportStream],
  ['MXF', likeMxf],
] as const;

async function kindOf(file: Buffer): Promise<string> {
  return (await sniffSource(byteSourceOf(file))).sniffed.kind;
}

describe.each(DISGUISES)('with a comment like %s', (_, disguise) => {
  test.each(LISTS)('%s is a playlist', async (_name, start, end) => {
    expect(await kindOf(disguise(Buffer.from(start), Buffer.from(end)))).toBe('playlist');
  });

  test.each(TEXTS)('%s is unknown', async (_name, start, end) => {
    expect(await kindOf(disguise(Buffer.from(start), Buffer.from(end)))).toBe('unknown');
  });
});

test.each([
  ['a QuickTime movie whose first size is the code of <', Buffer.from('\0\0\0<ftypqt  \x20\0\0\0qt  <MPD ', 'latin1')],
  ['an MP4 that mentions DASH', Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom<MPD xmlns="dash">', 'latin1')],
  ['MXF after a run-in of zeros', likeMxf(Buffer.alloc(1000), Buffer.alloc(0))],
  ['MXF after the header of another format', likeMxf(Buffer.from('SDPX\0\x01\x02', 'latin1'), Buffer.alloc(0))],
  ['empty packets of a transport stream', Buffer.concat(Array.from({ length: 8 }, () => Buffer.from(`G${'\0'.repeat(187)}`)))],
])('takes %s for a video', async (_name, file) => {
  expect(await kindOf(file)).toBe('video');
});

test.each(['# ', '#\n', '# #\n ', '\n', '<', '<a', '<!--', 'c=IN IP', '<a:'])('reads a file of %j once, without backtracking', async (repeated) => {
  expect(await kindOf(Buffer.from(repeated.repeat(SNIFF_BYTES / repeated.length)))).toBe('unknown');
});
