import { writeMpd } from '../../media/dash/mpd.ts';
import { rewriteDash } from '../../media/dash/rewrite-mpd.ts';
import { writeImagePlaylist } from '../../media/hls/image-playlist.ts';
import { writeMediaPlaylist } from '../../media/hls/media-playlist.ts';
import { writeMultivariantPlaylist } from '../../media/hls/multivariant-playlist.ts';
import { rewriteHls } from '../../media/hls/rewrite-playlist.ts';
import { writeStreamPlaylist } from '../../media/packaging/playlists/media-playlist.ts';
import { writeFilmMpd } from '../../media/packaging/playlists/mpd.ts';
import { writeFilmPlaylist } from '../../media/packaging/playlists/multivariant-playlist.ts';
import { rewriteStoryboard, writeStoryboard } from '../../media/webvtt/storyboard.ts';
import { makeFilmIndex } from '../support/media/packaging/film-index.ts';
import { dashAddresses, hlsAddresses, storyboardAddresses } from '../support/media/playlist-references.ts';
import { SIGNATURE, signerAt, VIDEO_ID } from '../support/media/playlist-signer.ts';

/** A playlist that is served at another address leads to the same addresses, reference by reference, as one at its own. */

const EDGE = 'https://edge.example';
const VIDEO = `/v/${VIDEO_ID}`;
const STORED = `${VIDEO}/1/attempt00/`;
const SERVED = [`${VIDEO}/index`, `${VIDEO}/2/attempt01/index`, `${VIDEO}/1/attempt00/a/index`];

const rates = { averageBps: 1_000_000, peakBps: 2_000_000 };
const frameRate = { numerator: 30, denominator: 1 };
const multivariant = writeMultivariantPlaylist({
  audio: [{ groupId: 'audio', name: 'English', language: 'en', isDefault: true, autoSelect: true, channels: 2, codec: 'mp4a.40.2', ...rates, uri: 'index_audio_eng.m3u8' }],
  variants: [720, 360].map((height) => ({ codec: 'avc1.64001f', width: (height * 16) / 9, height, frameRate, ...rates, audioGroups: ['audio'], uri: `index_${height}p.m3u8` })),
  keyFrames: [{ codec: 'avc1.64001e', width: 640, height: 360, ...rates, uri: 'index_360p_I-Frame.m3u8' }],
  images: [{ width: 240, height: 136, peakBps: 9000, uri: 'index_thumbnails.m3u8' }],
});
const tiles = { thumbnail: { width: 240, height: 136 }, columns: 5, rows: 2, intervalSeconds: 1, images: [{ uri: 'index_thumbnails_00001.jpg', size: 30_000, durationSeconds: 10 }] };
const segments = [0, 1].map((at) => ({ offset: 800 + at * 5000, size: 5000, durationSeconds: 6 }));
const film = makeFilmIndex({ seconds: 30, gopFrames: 48 });
const clip = [{ startSeconds: 6, endSeconds: 12 }, { startSeconds: 20, endSeconds: 25 }];

const RELATIVE = ['a.ts', './b.ts', 'c/../d.ts', '..', '.', '?only=query', './e:f.ts', 'g//h.ts', '../../../../../i.ts', '../../..//j.ts'];
const ABSOLUTE = [`${STORED}k.ts`, '/other/l.ts', '//elsewhere.example/m.ts', 'https://elsewhere.example/n.ts', 'data:text/plain,o'];
const HLS: Readonly<Record<string, string>> = {
  "the encoder's multivariant playlist": multivariant,
  "a rendition's byte ranges": writeMediaPlaylist({ uri: 'index_720p.cmfv', initSize: 800, segments, targetSeconds: 6 }),
  'its images': writeImagePlaylist(tiles),
  'a multivariant playlist just in time': writeFilmPlaylist(film, 'fmp4'),
  'one of a clip': writeFilmPlaylist(film, 'fmp4', { clip }),
  'a media playlist just in time': writeStreamPlaylist(film, { container: 'fmp4', tracks: [0] }),
  'every form of a reference': [
    '#EXTM3U',
    '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="../keys/1.key?a=1#x"',
    '#EXT-X-CONTENT-STEERING:SERVER-URI="/steering.json"',
    '#EXT-X-DATERANGE:ID="a",X-ASSET-URI="./ad/index.m3u8",X-ASSET-LIST="https://ads.example/list.json"',
    '#EXT-X-PART:DURATION=1,URI="part.m4s"',
    ...RELATIVE,
    ...ABSOLUTE,
    '',
  ].join('\n'),
};

const file = { codec: 'mp4a.40.2', peakBps: 130_000, timescale: 48_000, initSize: 692, indexSize: 64 };
const onDemand = writeMpd({
  durationSeconds: 8,
  longestSegmentSeconds: 6,
  video: [{ ...file, id: '180p', uri: 'index_180p.cmfv', codec: 'avc1.64000d', width: 320, height: 180, frameRate }],
  audio: [{ ...file, id: 'audio_eng', uri: 'index_audio_eng.cmfa', language: 'en', label: 'English', isDefault: true, channels: 2, sampleRate: 48_000 }],
  tiles: { id: 'thumbnails', media: 'index_thumbnails_$Number%05d$.jpg', columns: 5, rows: 2, width: 1200, height: 272, durationSeconds: 10, images: 1, peakBps: 9000 },
});
const TEMPLATE = '<SegmentTemplate media="$RepresentationID$/$Time$.m4s?a=1&amp;b=2" initialization="$RepresentationID$_$Bandwidth$.mp4" index="i$Number%05d$"/>';
const LIST = '<SegmentList><Initialization sourceURL="i.mp4" range="0-9"/><RepresentationIndex sourceURL="x.sidx"/><SegmentURL media="m.mp4" index="../x.sidx"/></SegmentList>';

function mpd(inner: string): string {
  return `<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">${inner}</MPD>`;
}

const DASH: Readonly<Record<string, string>> = {
  "the encoder's manifest": onDemand,
  'a manifest just in time': writeFilmMpd(film),
  'one of a clip': writeFilmMpd(film, { clip }),
  'templates and lists without a base': mpd(`<Period>${TEMPLATE}${LIST}<AdaptationSet><Representation id="a"/></AdaptationSet></Period>`),
  'a base at every level': mpd(
    `<BaseURL>media/</BaseURL><Period><BaseURL>period/</BaseURL><AdaptationSet><BaseURL>../set/</BaseURL>${TEMPLATE}` +
      `<Representation id="a"><BaseURL>video.mp4</BaseURL>${LIST}</Representation></AdaptationSet></Period><Location>index.mpd</Location>`,
  ),
  'bases below the root alone': mpd(`<Period><BaseURL>period/</BaseURL>${TEMPLATE}</Period><Period>${LIST}</Period><Location>/v/x.mpd</Location>`),
  'several bases at each level': mpd(`<BaseURL>a/</BaseURL><BaseURL>../b/</BaseURL><Period><BaseURL>c/</BaseURL><BaseURL>d/</BaseURL>${TEMPLATE}</Period>`),
  'a base on another host': mpd(`<BaseURL>https://elsewhere.example/a/</BaseURL><BaseURL>b/</BaseURL><Period>${TEMPLATE}</Period>`),
  'an absolute path as base': mpd(`<BaseURL>${STORED}a/</BaseURL><Period>${TEMPLATE}</Period>`),
  'a base with a query': mpd(`<BaseURL>a/?b=1</BaseURL><Period>${TEMPLATE}</Period>`),
  'the folder itself as base': mpd(`<BaseURL>./</BaseURL><Period>${TEMPLATE}<Representation id="a"><BaseURL>..</BaseURL></Representation></Period>`),
};

const storyboard = writeStoryboard(tiles, 9);

const EVERY = [
  ...Object.entries(HLS).map(([name, text]) => ({ name, text, extension: 'm3u8', rewrite: rewriteHls, addressesOf: hlsAddresses })),
  ...Object.entries(DASH).map(([name, text]) => ({ name, text, extension: 'mpd', rewrite: rewriteDash, addressesOf: dashAddresses })),
  { name: 'a storyboard', text: storyboard, extension: 'vtt', rewrite: rewriteStoryboard, addressesOf: storyboardAddresses },
];

test.each(EVERY)('every reference of $name leads to the same address from wherever it is served', ({ text, extension, rewrite, addressesOf }) => {
  const own = `${STORED}index.${extension}`;
  const expected = addressesOf(rewrite(text, signerAt(own)), `${EDGE}${own}`);
  expect(expected.length).toBeGreaterThan(0);
  for (const folder of SERVED) {
    const served = `${folder}.${extension}`;
    expect(addressesOf(rewrite(text, signerAt(own, served)), `${EDGE}${served}`)).toEqual(expected);
  }
});

test.each(EVERY)('$name is written as before where it is stored, and beside it', ({ text, extension, rewrite }) => {
  const own = `${STORED}index.${extension}`;
  const written = rewrite(text, signerAt(own));
  expect(rewrite(text, signerAt(own, own))).toBe(written);
  // A query alone refers to the playlist itself.
  const others = text.replace('?only=query\n', '');
  expect(rewrite(others, signerAt(own, `${STORED}other.${extension}`))).toBe(rewrite(others, signerAt(own)));
});

/** Lines of an HLS playlist that is stored in an attempt's folder and served at the permanent address. */
function movedHls(...lines: readonly string[]): string[] {
  const uris = signerAt(`${STORED}index.m3u8`, `${VIDEO}/index.m3u8`);
  return rewriteHls(['#EXTM3U', ...lines].join('\n'), uris).split('\n').slice(1);
}

test('writes the path below the folder that serves it, or an absolute path, and signs what it moved', () => {
  expect(movedHls('index_720p.m3u8', '../x.ts', `${STORED}k.ts`, '../../../other/l.ts', './e:f.ts')).toEqual([
    `1/attempt00/index_720p.m3u8?${SIGNATURE}&t=dA`,
    `1/x.ts?${SIGNATURE}`,
    `${STORED}k.ts?${SIGNATURE}`,
    '/v/other/l.ts',
    `1/attempt00/e:f.ts?${SIGNATURE}`,
  ]);
  const up = signerAt(`${STORED}index.m3u8`, `${STORED}a/index.m3u8`);
  expect(rewriteHls('#EXTM3U\nx.ts', up)).toBe(`#EXTM3U\n${STORED}x.ts?${SIGNATURE}`);
});

test.each(['https://elsewhere.example/x.ts', '//elsewhere.example/x.ts', '\\\\elsewhere.example\\x.ts', 'data:text/plain,x', '{$host}/x.ts'])(
  'leaves %s as it is',
  (reference) => {
    expect(movedHls(reference)).toEqual([reference]);
  },
);

/** The manifest of `mpd` that is stored in an attempt's folder and served at the permanent address. */
function movedDash(text: string): string {
  return rewriteDash(text, signerAt(`${STORED}index.mpd`, `${VIDEO}/index.mpd`));
}

test('moves a location to an absolute path, which leads to the same place whether or not a player resolves it against the base', () => {
  const query = `${SIGNATURE}&t=dA`.replaceAll('&', '&amp;');
  expect(movedDash('<MPD><BaseURL>a/</BaseURL><Location>b.mpd</Location><Location>//elsewhere.example/c.mpd</Location></MPD>')).toBe(
    `<MPD><BaseURL>${STORED}a/?${SIGNATURE.replaceAll('&', '&amp;')}</BaseURL><Location>${STORED}b.mpd?${query}</Location>` +
      '<Location>//elsewhere.example/c.mpd</Location></MPD>',
  );
});

test('gives an MPD without a base its folder, where the schema has it, and signs the templates', () => {
  const template = '<Period><SegmentTemplate media="$Number$.m4s"/></Period>';
  const signed = template.replace('.m4s', `.m4s?${SIGNATURE.replaceAll('&', '&amp;')}`);
  const information = '<ProgramInformation><Title>a</Title></ProgramInformation>';
  expect(movedDash(`<MPD>${template}</MPD>`)).toBe(`<MPD><BaseURL>${STORED}</BaseURL>${signed}</MPD>`);
  expect(movedDash(`<m:MPD xmlns:m="urn:x">\n${information}\n${template}</m:MPD>`)).toBe(
    `<m:MPD xmlns:m="urn:x">\n${information}<m:BaseURL>${STORED}</m:BaseURL>\n${signed}</m:MPD>`,
  );
  expect(movedDash('<MPD/>')).toBe('<MPD/>');
});
