import { rewriteDash } from '../../../media/dash/rewrite-mpd.ts';
import { OTHER_VIDEO_ID, SIGNATURE, signer, VIDEO_ID } from '../../support/media/playlist-signer.ts';

/** Path of the manifest, with which a signed BaseURL begins. */
const FOLDER = `/v/${VIDEO_ID}/1/attempt00/`;
const XML_SIGNATURE = SIGNATURE.replaceAll('&', '&amp;');

function dash(inner: string) {
  return rewriteDash(`<MPD>${inner}</MPD>`, signer).slice('<MPD>'.length, -'</MPD>'.length);
}

test('signs the base URL of a single file and keeps its ranges', () => {
  expect(
    dash(
      '<Period><AdaptationSet><Representation id="1" bandwidth="4000000"><BaseURL>index_720p.cmfv</BaseURL>' +
        '<SegmentBase indexRange="822-1201"><Initialization range="0-821"/></SegmentBase></Representation></AdaptationSet></Period>',
    ),
  ).toBe(
    `<Period><AdaptationSet><Representation id="1" bandwidth="4000000"><BaseURL>${FOLDER}index_720p.cmfv?${XML_SIGNATURE}</BaseURL>` +
      '<SegmentBase indexRange="822-1201"><Initialization range="0-821"/></SegmentBase></Representation></AdaptationSet></Period>',
  );
});

test('keeps the variables of templates, the ranges of lists, and quotes of either kind', () => {
  expect(
    dash(
      `<Period><SegmentTemplate media="s_$RepresentationID$_$Number%05d$.m4s?a=1&amp;b=2" initialization='i.mp4' timescale="1"/>` +
        '<SegmentList><Initialization sourceURL="i.mp4" range="0-9"/><RepresentationIndex sourceURL="x.sidx"/>' +
        '<SegmentURL media="m.mp4" mediaRange="10-99" index="x.sidx"/></SegmentList></Period><Location>index.mpd</Location>',
    ),
  ).toBe(
    `<Period><SegmentTemplate media="s_$RepresentationID$_$Number%05d$.m4s?a=1&amp;b=2&amp;${XML_SIGNATURE}" initialization='i.mp4?${XML_SIGNATURE}' timescale="1"/>` +
      `<SegmentList><Initialization sourceURL="i.mp4?${XML_SIGNATURE}" range="0-9"/><RepresentationIndex sourceURL="x.sidx?${XML_SIGNATURE}"/>` +
      `<SegmentURL media="m.mp4?${XML_SIGNATURE}" mediaRange="10-99" index="x.sidx?${XML_SIGNATURE}"/></SegmentList></Period><Location>index.mpd?${XML_SIGNATURE}&amp;t=dA</Location>`,
  );
});

test('keeps everything but the references byte for byte: comments, namespaces, spaces, prolog', () => {
  const manifest = [
    '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- <BaseURL>no.mp4</BaseURL> -->',
    '<mpd:MPD xmlns:mpd="urn:mpeg:dash:schema:mpd:2011"\n  type = "static" profiles=\'a > b\'>',
    '<mpd:ProgramInformation><mpd:Title>한글 &amp; <![CDATA[<BaseURL>no</BaseURL>]]></mpd:Title></mpd:ProgramInformation>',
    '<mpd:Period><mpd:BaseURL > index.cmfv </mpd:BaseURL ></mpd:Period></mpd:MPD >\n',
  ].join('\n');
  const signed = rewriteDash(manifest, signer);
  expect(signed).toContain(`<mpd:BaseURL >${FOLDER}index.cmfv?${XML_SIGNATURE}</mpd:BaseURL >`);
  expect(signed.replace(`>${FOLDER}index.cmfv?${XML_SIGNATURE}<`, '> index.cmfv <')).toBe(manifest);
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
    'an outer base on another host',
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
  ['another video', `<Period><SegmentTemplate media="/v/${OTHER_VIDEO_ID}/1.m4s"/></Period>`],
  ['another host by reference', '<Period xlink:href="https://evil.example/p.xml"/>'],
])('adds no signature with %s', (_, inner) => {
  const signed = dash(inner);
  // A relative base beside a foreign one is still this video's own address.
  expect(signed.replace(`<BaseURL>${FOLDER}a/?${XML_SIGNATURE}</BaseURL>`, '<BaseURL>a/</BaseURL>')).toBe(inner);
});

test.each([
  ['an entity definition', '<!DOCTYPE MPD [<!ENTITY x "y">]><MPD></MPD>'],
  ['a tag that is not closed', '<MPD><Period></MPD>'],
  ['a stray bracket', '<MPD>a < b</MPD>'],
  ['two roots', '<MPD/><MPD/>'],
  ['an attribute given twice', '<MPD><SegmentURL media="a" media="b"/></MPD>'],
  ['another document', '<html></html>'],
  ['nothing', ''],
])('rejects %s', (_, manifest) => {
  expect(() => rewriteDash(manifest, signer)).toThrow(/manifest/);
});
