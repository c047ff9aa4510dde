import { sniffContainer } from '../../../local/mediaconvert/sniff-container.ts';

function hex(text: string): Buffer {
  return Buffer.concat([Buffer.from(text, 'hex'), Buffer.alloc(600)]);
}

function packets(length: number): Buffer {
  const bytes = Buffer.alloc(length * 6);
  for (let offset = length - 188; offset < bytes.length; offset += length) bytes[offset] = 0x47;
  return bytes;
}

test.each([
  ['MP4', hex('0000001866747970') .fill('isom', 8, 12), 'mov', 'mp4'],
  ['QuickTime', hex('0000001466747970').fill('qt  ', 8, 12), 'mov', 'quicktime'],
  ['QuickTime before ftyp', hex('0000000877696465'), 'mov', 'quicktime'],
  ['3GP', hex('0000001466747970').fill('3gp4', 8, 12), 'mov', 'three_gp'],
  ['WebM', hex('1a45dfa3').fill('webm', 24, 28), 'matroska', 'webm'],
  ['Matroska', hex('1a45dfa3').fill('matroska', 24, 32), 'matroska', 'matroska'],
  ['AVI', hex('52494646').fill('AVI ', 8, 12), 'avi', 'avi'],
  ['transport stream', packets(188), 'mpegts', 'mpegts'],
  ['Blu-ray transport stream', packets(192), 'mpegts', 'mpegts'],
  ['program stream', hex('000001ba'), 'mpeg', 'mpegps'],
  ['Flash', hex('464c5601'), 'flv', undefined],
  ['MXF', hex('060e2b34020501010d01020101020400'), 'mxf', 'mxf'],
])('%s', (_name, bytes, demuxer, format) => {
  expect(sniffContainer(bytes)).toEqual({ demuxer, format });
});

test.each([
  ['a playlist', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
  ['a list for the concat demuxer', Buffer.from('ffconcat version 1.0\nfile /etc/passwd\n')],
  ['a session description', Buffer.from('v=0\no=- 0 0 IN IP4 127.0.0.1\n')],
  ['a DASH manifest', Buffer.from('<?xml version="1.0"?><MPD></MPD>')],
  ['text', Buffer.from('G'.repeat(50))],
  ['nothing', Buffer.alloc(0)],
])('%s is no container', (_name, bytes) => {
  expect(sniffContainer(bytes)).toBeUndefined();
});
