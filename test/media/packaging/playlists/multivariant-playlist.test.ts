import { readFile } from 'node:fs/promises';
import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { writeFilmPlaylist } from '../../../../media/packaging/playlists/multivariant-playlist.ts';
import { footagePath } from '../../../support/footage.ts';
import { indexFile } from '../../../support/media/packaging/package-file.ts';

let footage: SourceIndex;

beforeAll(async () => {
  footage = await indexFile(await readFile(footagePath), 6);
});

test('fragments list sound as a rendition', () => {
  expect(writeFilmPlaylist(footage, 'fmp4')).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",LANGUAGE="und",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="6",URI="fmp4-2.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=9927116,AVERAGE-BANDWIDTH=6056595,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=24.000,AUDIO="audio"
fmp4-1.m3u8
`);
});

test('a transport stream in version 1 lists one variant, for a clip with its parameters and its bit rates', () => {
  const clip = [{ startSeconds: 7, endSeconds: 13 }];
  const [whole, clipped] = [{}, { clip }].map((options) => writeFilmPlaylist(footage, 'ts', { ...options, tsVersion: 1 }));
  expect(whole).toBe(`#EXTM3U
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=10195499,AVERAGE-BANDWIDTH=6245812,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=24.000
ts-1-2.m3u8
`);
  expect(clipped).toBe(`#EXTM3U
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=6550374,AVERAGE-BANDWIDTH=6550374,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=24.000
ts-1-2.m3u8?start=7&end=13
`);
});
