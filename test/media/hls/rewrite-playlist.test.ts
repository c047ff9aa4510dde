import { rewriteDash } from '../../../media/dash/rewrite-mpd.ts';
import { rewriteHls } from '../../../media/hls/rewrite-playlist.ts';
import { rewriteStoryboard } from '../../../media/webvtt/rewrite-storyboard.ts';
import { referenceSigner } from '../../../lambdas/signing/sign-reference.ts';

const VIDEO = '0193c5a0-0000-7000-8000-000000000001';
const OTHER = '0193c5a0-0000-7000-8000-000000000002';
const NATIVE = 'Policy=P_&Key-Pair-Id=K1&Signature=S~-_&Hash-Algorithm=SHA256';
const XML_NATIVE = NATIVE.replaceAll('&', '&amp;');
const COPY = 'dA';

const signer = referenceSigner({
  playlistPath: `/v/${VIDEO}/1/attempt00/index.m3u8`,
  videoId: VIDEO,
  native: NATIVE,
  copy: COPY,
});

function hls(...lines: string[]) {
  return rewriteHls(['#EXTM3U', ...lines].join('\n'), signer)
    .split('\n')
    .slice(1);
}

function dash(inner: string) {
  return rewriteDash(`<MPD>${inner}</MPD>`, signer).slice('<MPD>'.length, -'</MPD>'.length);
}

describe('HLS', () => {
  test('a multivariant playlist: every playlist gets the signature and its copy, line by line', () => {
    expect(
      hls(
        '#EXT-X-VERSION:7',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, main",LANGUAGE="en",DEFAULT=YES,URI="index_audio_en.m3u8"',
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="index_iframe.m3u8",CODECS="avc1.4d401f"',
        '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=13000,RESOLUTION=320x180,URI="images/index.m3u8"',
        '#EXT-X-SESSION-DATA:DATA-ID="com.example.lyrics",URI="lyrics.json"',
        '#EXT-X-STREAM-INF:BANDWIDTH=4000000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1280x720,AUDIO="a"',
        'index_720p.m3u8',
        '',
      ),
    ).toEqual([
      '#EXT-X-VERSION:7',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, main",LANGUAGE="en",DEFAULT=YES,URI="index_audio_en.m3u8?${NATIVE}&t=dA"`,
      `#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="index_iframe.m3u8?${NATIVE}&t=dA",CODECS="avc1.4d401f"`,
      `#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=13000,RESOLUTION=320x180,URI="images/index.m3u8?${NATIVE}&t=dA"`,
      `#EXT-X-SESSION-DATA:DATA-ID="com.example.lyrics",URI="lyrics.json?${NATIVE}"`,
      '#EXT-X-STREAM-INF:BANDWIDTH=4000000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1280x720,AUDIO="a"',
      `index_720p.m3u8?${NATIVE}&t=dA`,
      '',
    ]);
  });

  test('a media playlist: segments and init segment get the signature alone, byte ranges stay', () => {
    expect(
      hls(
        '#EXT-X-MAP:URI="index_720p.cmfv",BYTERANGE="822@0"',
        '#EXT-X-KEY:METHOD=AES-128,URI="keys/1.key",IV=0x00000000000000000000000000000001',
        '#EXTINF:6.000,a title, URI="not-an-attribute"',
        '#EXT-X-BYTERANGE:1519876@822',
        'index_720p.cmfv',
        '# a comment with URI="x"',
        'clip.ts?start=1#part',
        '#EXT-X-ENDLIST',
      ),
    ).toEqual([
      `#EXT-X-MAP:URI="index_720p.cmfv?${NATIVE}",BYTERANGE="822@0"`,
      `#EXT-X-KEY:METHOD=AES-128,URI="keys/1.key?${NATIVE}",IV=0x00000000000000000000000000000001`,
      '#EXTINF:6.000,a title, URI="not-an-attribute"',
      '#EXT-X-BYTERANGE:1519876@822',
      `index_720p.cmfv?${NATIVE}`,
      '# a comment with URI="x"',
      `clip.ts?start=1&${NATIVE}#part`,
      '#EXT-X-ENDLIST',
    ]);
  });

  test('line ends of either kind and a missing last one are kept', () => {
    expect(rewriteHls('#EXTM3U\r\n\r\na.ts\r\nb.ts', signer)).toBe(`#EXTM3U\r\n\r\na.ts?${NATIVE}\r\nb.ts?${NATIVE}`);
  });

  test.each([
    ['another host', 'https://evil.example/v/x.ts'],
    ['another host without a scheme', '//evil.example/v/x.ts'],
    ['a backslash host', '\\\\evil.example\\x.ts'],
    ['a slash and a backslash', '/\\evil.example/x.ts'],
    ['a host behind a tab', 'ht\ttps://evil.example/x.ts'],
    ['a host behind a space', ' //evil.example/x.ts'],
    ['a scheme without a host', 'https:x.ts'],
    ['data', 'data:text/plain,x'],
    ['a variable that may hold a host', '{$host}/x.ts'],
    ['another video', `/v/${OTHER}/1/attempt00/x.ts`],
    ['another video by dots', `../../../${OTHER}/x.ts`],
    ['another video by encoded dots', `%2e%2e/%2e%2e/%2e%2e/${OTHER}/x.ts`],
    ['another part of the site', '/api/videos'],
    ['a signature of its own', 'x.ts?Policy=a&Signature=b'],
  ])('no signature for %s', (_, reference) => {
    expect(hls(reference)).toEqual([reference]);
    expect(hls(`#EXT-X-MAP:URI="${reference}"`)).toEqual([`#EXT-X-MAP:URI="${reference}"`]);
  });

  test('a path of this video is signed however it is written', () => {
    expect(hls(`/v/${VIDEO}/2/attempt01/x.ts`, '../attempt00/y.ts')).toEqual([
      `/v/${VIDEO}/2/attempt01/x.ts?${NATIVE}`,
      `../attempt00/y.ts?${NATIVE}`,
    ]);
  });

  test('a quoted attribute cannot pretend to be another', () => {
    const line = '#EXT-X-MEDIA:TYPE=AUDIO,NAME="x,URI=",URI="a.m3u8"';
    expect(hls(line)).toEqual([`#EXT-X-MEDIA:TYPE=AUDIO,NAME="x,URI=",URI="a.m3u8?${NATIVE}&t=dA"`]);
  });

  test('what is no playlist is refused', () => {
    expect(() => rewriteHls('<html>', signer)).toThrow('does not begin with #EXTM3U');
  });
});

describe('DASH', () => {
  test('single files with index ranges: the base URL is signed, ranges stay', () => {
    expect(
      dash(
        '<Period><AdaptationSet><Representation id="1" bandwidth="4000000"><BaseURL>index_720p.cmfv</BaseURL>' +
          '<SegmentBase indexRange="822-1201"><Initialization range="0-821"/></SegmentBase></Representation></AdaptationSet></Period>',
      ),
    ).toBe(
      `<Period><AdaptationSet><Representation id="1" bandwidth="4000000"><BaseURL>index_720p.cmfv?${XML_NATIVE}</BaseURL>` +
        '<SegmentBase indexRange="822-1201"><Initialization range="0-821"/></SegmentBase></Representation></AdaptationSet></Period>',
    );
  });

  test('templates keep their variables, lists keep their ranges, quotes of either kind hold', () => {
    expect(
      dash(
        `<Period><SegmentTemplate media="s_$RepresentationID$_$Number%05d$.m4s?a=1&amp;b=2" initialization='i.mp4' timescale="1"/>` +
          '<SegmentList><Initialization sourceURL="i.mp4" range="0-9"/><RepresentationIndex sourceURL="x.sidx"/>' +
          '<SegmentURL media="m.mp4" mediaRange="10-99" index="x.sidx"/></SegmentList></Period><Location>index.mpd</Location>',
      ),
    ).toBe(
      `<Period><SegmentTemplate media="s_$RepresentationID$_$Number%05d$.m4s?a=1&amp;b=2&amp;${XML_NATIVE}" initialization='i.mp4?${XML_NATIVE}' timescale="1"/>` +
        `<SegmentList><Initialization sourceURL="i.mp4?${XML_NATIVE}" range="0-9"/><RepresentationIndex sourceURL="x.sidx?${XML_NATIVE}"/>` +
        `<SegmentURL media="m.mp4?${XML_NATIVE}" mediaRange="10-99" index="x.sidx?${XML_NATIVE}"/></SegmentList></Period><Location>index.mpd?${XML_NATIVE}&amp;t=dA</Location>`,
    );
  });

  test('everything but the signatures stays byte for byte: comments, namespaces, spaces, prolog', () => {
    const manifest = [
      '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- <BaseURL>no.mp4</BaseURL> -->',
      '<mpd:MPD xmlns:mpd="urn:mpeg:dash:schema:mpd:2011"\n  type = "static" profiles=\'a > b\'>',
      '<mpd:ProgramInformation><mpd:Title>한글 &amp; <![CDATA[<BaseURL>no</BaseURL>]]></mpd:Title></mpd:ProgramInformation>',
      '<mpd:Period><mpd:BaseURL > index.cmfv </mpd:BaseURL ></mpd:Period></mpd:MPD >\n',
    ].join('\n');
    const signed = rewriteDash(manifest, signer);
    expect(signed).toContain(`<mpd:BaseURL >index.cmfv?${XML_NATIVE}</mpd:BaseURL >`);
    expect(signed.replace(`>index.cmfv?${XML_NATIVE}<`, '> index.cmfv <')).toBe(manifest);
  });

  test.each([
    [
      'a base on another host',
      '<BaseURL>https://evil.example/</BaseURL><Period><SegmentTemplate media="$Number$.m4s"/></Period>',
    ],
    [
      'one of several bases on another host',
      '<BaseURL>a/</BaseURL><BaseURL>//evil.example/</BaseURL><Period><SegmentTemplate media="$Number$.m4s"/></Period>',
    ],
    [
      'a base on another host further out',
      '<BaseURL>https://evil.example/</BaseURL><Period><BaseURL>a/</BaseURL></Period>',
    ],
    [
      'a base hidden in CDATA',
      '<Period><BaseURL><![CDATA[https://evil.example/]]></BaseURL><SegmentTemplate media="1.m4s"/></Period>',
    ],
    [
      'a base cut by a comment',
      '<Period><BaseURL>https:<!-- -->//evil.example/</BaseURL><SegmentTemplate media="1.m4s"/></Period>',
    ],
    [
      'a base written in character references',
      '<Period><BaseURL>&#104;ttps://evil.example/</BaseURL><SegmentTemplate media="1.m4s"/></Period>',
    ],
    [
      'a representation named like a host',
      '<Period><SegmentTemplate media="$RepresentationID$/1.m4s"/><Representation id="https://evil.example"/></Period>',
    ],
    ['another video', `<Period><SegmentTemplate media="/v/${OTHER}/1.m4s"/></Period>`],
    ['another host by reference', '<Period xlink:href="https://evil.example/p.xml"/>'],
  ])('no signature with %s', (_, inner) => {
    const signed = dash(inner);
    // A relative base beside a foreign one is still this video's own address.
    expect(signed.replace(`<BaseURL>a/?${XML_NATIVE}</BaseURL>`, '<BaseURL>a/</BaseURL>')).toBe(inner);
  });

  test.each([
    ['an entity definition', '<!DOCTYPE MPD [<!ENTITY x "y">]><MPD></MPD>'],
    ['a tag that is not closed', '<MPD><Period></MPD>'],
    ['a stray bracket', '<MPD>a < b</MPD>'],
    ['two roots', '<MPD/><MPD/>'],
    ['an attribute given twice', '<MPD><SegmentURL media="a" media="b"/></MPD>'],
    ['another document', '<html></html>'],
    ['nothing', ''],
  ])('%s is refused', (_, manifest) => {
    expect(() => rewriteDash(manifest, signer)).toThrow(/manifest/);
  });
});

describe('the WebVTT storyboard', () => {
  test('the image of every cue gets the signature before its fragment; timings and notes stay', () => {
    const vtt = [
      'WEBVTT',
      '',
      'NOTE tile.jpg is no cue',
      '',
      '00:00:00.000 --> 00:00:05.000',
      'index_tiles.jpg#xywh=0,0,160,90',
      '',
      'second',
      '00:00:05.000 --> 00:00:10.000',
      'https://elsewhere.example/tile.jpg#xywh=160,0,160,90',
      '',
    ];
    expect(rewriteStoryboard(vtt.join('\n'), signer).split('\n')).toEqual(
      vtt.with(5, `index_tiles.jpg?${NATIVE}#xywh=0,0,160,90`),
    );
  });

  test('anything that is no WebVTT is refused', () => {
    expect(() => rewriteStoryboard('00:00.000 --> 00:01.000\na.jpg', signer)).toThrow('WEBVTT');
  });
});
