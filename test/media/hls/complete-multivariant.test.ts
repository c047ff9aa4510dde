import { completeMultivariant } from '../../../media/hls/complete-multivariant.ts';

const VARIANT = '#EXT-X-STREAM-INF:BANDWIDTH=1,CLOSED-CAPTIONS=NONE\nv.m3u8\n';

function completedAudio(...media: string[]): string[] {
  const text = ['#EXTM3U\n', ...media.map((attributes) => `#EXT-X-MEDIA:TYPE=AUDIO,${attributes}\n`), VARIANT].join('');
  return completeMultivariant(text).split('\n').filter((line) => line.startsWith('#EXT-X-MEDIA'));
}

/** Lists the variants of a playlist in order, from pairs of an average bit rate and a URI. */
function order(...variants: readonly (readonly [number, string])[]): string[] {
  const text = variants.map(([rate, uri]) => `#EXT-X-STREAM-INF:BANDWIDTH=9000000,AVERAGE-BANDWIDTH=${rate}\n${uri}\n`);
  const completed = completeMultivariant(`#EXTM3U\n#EXT-X-VERSION:7\n${text.join('')}#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i"\n`);
  expect(completed).toMatch(/^#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-STREAM-INF[^]*URI="i"\n$/);
  return completed.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('gives every group of audio the default of the group that has one, and audio of unknown language a language', () => {
  expect(
    completedAudio(
      'GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="a"',
      'GROUP-ID="surround",NAME="Audio",DEFAULT=NO,AUTOSELECT=YES,URI="b"',
      'GROUP-ID="surround",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=NO,URI="c"',
      'GROUP-ID="other",NAME="English",LANGUAGE="en",URI="d"',
      'GROUP-ID="other",NAME="x,DEFAULT=NO",LANGUAGE="en",DEFAULT=NO,URI="e"',
    ),
  ).toEqual([
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="a"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="surround",NAME="Audio",DEFAULT=NO,AUTOSELECT=YES,URI="b",LANGUAGE="und"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="surround",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="c"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="other",NAME="English",LANGUAGE="en",URI="d",DEFAULT=YES,AUTOSELECT=YES',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="other",NAME="x,DEFAULT=NO",LANGUAGE="en",DEFAULT=NO,URI="e"',
  ]);
});

test('leaves groups unchanged if each has a default, or none has', () => {
  const each = ['GROUP-ID="a",NAME="x",LANGUAGE="en",DEFAULT=YES', 'GROUP-ID="b",NAME="x",LANGUAGE="en",DEFAULT=NO', 'GROUP-ID="b",NAME="y",LANGUAGE="en",DEFAULT=YES'];
  const none = ['GROUP-ID="a",NAME="x",LANGUAGE="en",DEFAULT=NO', 'GROUP-ID="b",NAME="x",LANGUAGE="en",DEFAULT=NO'];
  for (const media of [each, none]) expect(completedAudio(...media)).toEqual(media.map((attributes) => `#EXT-X-MEDIA:TYPE=AUDIO,${attributes}`));
});

test('adds attributes before the line ending, whatever its kind', () => {
  expect(completeMultivariant('#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=1\r\nv.m3u8\r\n')).toBe(
    '#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=1,CLOSED-CAPTIONS=NONE\r\nv.m3u8\r\n',
  );
});

test.each([
  ['the nearest of four', [[6e6, '1080p'], [3.9e6, '720p'], [1.4e6, '480p'], [0.6e6, '360p']], ['480p', '1080p', '720p', '360p']],
  ['one above', [[6e6, '1080p'], [2.4e6, '720p'], [0.9e6, '480p']], ['720p', '1080p', '480p']],
  ['the largest, which is first already', [[0.6e6, '360p'], [0.3e6, '240p']], ['360p', '240p']],
  ['a variant with both of its audio groups', [[6e6, '1080p'], [6.3e6, '1080p'], [2e6, '480p'], [2.3e6, '480p']], ['480p', '480p', '1080p', '1080p']],
  ['the only one', [[9e6, '720p']], ['720p']],
] as const)('starts with the variant nearest to 2 Mbit/s: %s', (_, variants, expected) => {
  expect(order(...variants)).toEqual(expected);
});

test('lists the first variant with its highest-bitrate audio first', () => {
  const listing = (rate: number, group: string): string => `#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=${rate},AUDIO="${group}",CLOSED-CAPTIONS=NONE\nv${rate > 3e6 ? 1 : 2}\n`;
  const [stereo, surround, lowStereo, lowSurround] = [listing(6e6, 'audio'), listing(6.3e6, 'surround'), listing(2e6, 'audio'), listing(2.3e6, 'surround')];
  expect(completeMultivariant(`#EXTM3U\n${stereo}${surround}${lowStereo}${lowSurround}`)).toBe(
    `#EXTM3U\n${lowSurround}${lowStereo}${stereo}${surround}`,
  );
});

test('leaves media playlists and playlists without a final line ending in their order', () => {
  const media = '#EXTM3U\n#EXTINF:6,\na.ts\n';
  expect(completeMultivariant(media)).toBe(media);
  const unfinished = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9000000,CLOSED-CAPTIONS=NONE\na\n#EXT-X-STREAM-INF:BANDWIDTH=2000000,CLOSED-CAPTIONS=NONE\nb';
  expect(completeMultivariant(unfinished)).toBe(unfinished);
});
