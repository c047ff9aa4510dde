import { findAttributes } from '../../media/hls/attribute-list.ts';
import { readImagePlaylist } from '../../media/hls/image-playlist.ts';
import { readMediaPlaylist } from '../../media/hls/media-playlist.ts';
import { listImagePlaylists, readMultivariantPlaylist } from '../../media/hls/multivariant-playlist.ts';
import { rewriteHls } from '../../media/hls/rewrite-playlist.ts';
import { rewriteDash } from '../../media/dash/rewrite-mpd.ts';
import { sniff } from '../../media/sniffing/sniff.ts';
import { TextScanner } from '../../media/text-scanner.ts';
import { rewriteStoryboard } from '../../media/webvtt/storyboard.ts';
import { parseXml, unescapeXml } from '../../media/xml/parse-xml.ts';

const URIS = { base: new URL('https://edge.example/v/1/main'), rewrite: (reference: string) => `${reference}?signed` };

/** Every reader and rewriter of text in `media`. */
const READERS = {
  findAttributes,
  readImagePlaylist,
  readMediaPlaylist,
  listImagePlaylists,
  readMultivariantPlaylist,
  rewriteHls: (text: string) => rewriteHls(text, URIS),
  rewriteDash: (text: string) => rewriteDash(text, URIS),
  rewriteStoryboard: (text: string) => rewriteStoryboard(text, URIS),
  parseXml,
  unescapeXml,
  sniff: (text: string) => sniff(Buffer.from(text)),
};

const HLS = '#EXTM3U\n';
const MPD = '<MPD><Period>';
const AUDIO = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="b",DEFAULT=YES';
const AUDIO_SET = '<AdaptationSet contentType="audio"><Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/><Label>a</Label>';

/** Beginnings and repeated pieces that make a reader look at the same characters again and again, if anything does. */
const HOSTILE = [
  ['', '<!--'],
  ['', '<![CDATA['],
  ['', '<?'],
  ['<a ', ' '],
  ['<a ', 'b'],
  ['<a ', 'b="'],
  ['<a ', "b='<"],
  ['<a b', ' '],
  ['', '<a>'],
  [MPD, '<!-- -->'],
  [MPD, `${AUDIO_SET}</AdaptationSet>`],
  [MPD, '<AdaptationSet contentType="audio"><Role schemeIdUri="urn:mpeg:dash:role:2011" value="x"/><Label>a</Label></AdaptationSet>'],
  [MPD, '<BaseURL>a/</BaseURL>'],
  ['', '&#x'],
  ['', '&a'],
  [`${HLS}#EXT-X-`, 'A'],
  [`${HLS}#EXT-X-KEY:`, 'A'],
  [`${HLS}#EXT-X-KEY:`, 'URI="'],
  [`${HLS}#EXT-X-KEY:`, 'URI="a",'],
  [`${HLS}${AUDIO}`, ' '],
  [`${HLS}#EXT-X-STREAM-INF:A=1\n${AUDIO}`, ' \t'],
  [`${HLS}#EXT-X-STREAM-INF:A=1\n`, `${AUDIO}\n`],
  [HLS, '#EXT-X-STREAM-INF:BANDWIDTH=1\n'],
  [HLS, '#EXT-X-STREAM-INF:BANDWIDTH=1\na\n'],
  [HLS, '#EXT-X-IMAGE-STREAM-INF:URI="a"\n'],
  [HLS, '\r'],
  ['', '#EXTM3U'],
  ['WEBVTT\n\n', '-->'],
  ['WEBVTT\n\n', '-->\n'],
  ['WEBVTT\n\n', '\r'],
  ['\uFEFF', ' '],
  ['<', 'a'],
  ['<', 'a:'],
] as const;

const LENGTH = 1 << 20;

/** Returns how a reader ends; it may refuse the text, but not overflow the stack. */
function outcomeOf(reader: (text: string) => unknown, text: string): 'read' | 'refused' | 'overflow' {
  try {
    reader(text);
    return 'read';
  } catch (error) {
    return error instanceof RangeError ? 'overflow' : 'refused';
  }
}

// A reader that looks at every character again for each piece needs minutes for a text of this length, and times out.
describe.each(Object.entries(READERS))('%s', (_name, reader) => {
  test.each(HOSTILE)('reads %j and a megabyte of %j', (start, piece) => {
    expect(outcomeOf(reader, start + piece.repeat(LENGTH / piece.length))).not.toBe('overflow');
  });
});

test('looks at every character of a text a bounded number of times', () => {
  let steps = 0;
  const scanned = new Set<string>();
  for (const method of ['skip', 'take', 'takeUntil'] as const) {
    // The methods differ in types only.
    const spied = method as 'skip';
    const original = TextScanner.prototype[spied];
    jest.spyOn(TextScanner.prototype, spied).mockImplementation(function counted(this: TextScanner, argument: string) {
      const before = this.position;
      const result = original.call(this, argument);
      // What a method looks at: the distance that it moves, and the character or string that it did not find.
      steps += this.position - before + 1;
      expect(this.position).toBeGreaterThanOrEqual(before);
      scanned.add(this.text);
      return result;
    });
  }
  for (const reader of Object.values(READERS)) {
    for (const [start, piece] of HOSTILE) {
      scanned.clear();
      steps = 0;
      outcomeOf(reader, start + piece.repeat(2000 / piece.length));
      const characters = [...scanned].reduce((sum, { length }) => sum + length, 0);
      expect(steps).toBeLessThanOrEqual(40 * (characters + 2000));
    }
  }
  jest.restoreAllMocks();
});
