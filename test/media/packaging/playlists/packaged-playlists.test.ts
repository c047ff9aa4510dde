import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { parse as parseHls, setOptions, types } from 'hls-parser';
import { inheritAttributes, stringToMpdXml, toPlaylists } from 'mpd-parser';
import { getFfmpeg } from '../../../../local/cli/ffmpeg.ts';
import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import type { HlsOptions } from '../../../../media/packaging/playlists/media-playlist.ts';
import { writeFilmMpd } from '../../../../media/packaging/playlists/mpd.ts';
import { writeFilmPlaylist } from '../../../../media/packaging/playlists/multivariant-playlist.ts';
import { qualify } from '../../../../media/packaging/qualification/qualify.ts';
import { chooseTracks } from '../../../../media/packaging/segments/packaged-segment.ts';
import { type Container, readStreamAddress } from '../../../../media/packaging/playlists/stream-address.ts';
import { makeClip, rotateBy90 } from '../../../support/clips.ts';
import { makeSources } from '../../../support/media/packaging/make-sources.ts';
import { indexFile } from '../../../support/media/packaging/package-file.ts';
import { fileAt, type PackagedSource, writeDashFolder, writeHlsFolder } from '../../../support/media/packaging/package-folder.ts';
import { readFragmentPackets } from '../../../support/media/packaging/packet-tables.ts';

const run = promisify(execFile);

let folder: string;
let sources: Record<string, string>;

beforeAll(async () => {
  setOptions({ strictMode: true });
  folder = await mkdtemp(join(tmpdir(), 'playlists-'));
  sources = await makeSources(folder);
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

async function open(name: string): Promise<PackagedSource> {
  const file = await readFile(sources[name] ?? '');
  return { file, index: await indexFile(file) };
}

/** Returns options that list all sound of a film, whether browsers play it or not. */
function withAllSound({ tracks }: SourceIndex, options: HlsOptions = {}): HlsOptions {
  return { sound: [...tracks.keys()].filter((position) => tracks[position]?.kind === 'audio'), ...options };
}

/** Returns a folder for the files of a film. */
async function makeFolder(name: string): Promise<string> {
  const path = join(folder, `${name}.files`);
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  return path;
}

function readMaster(source: PackagedSource, container: Container, options: HlsOptions = {}): types.MasterPlaylist {
  const playlist = parseHls(writeFilmPlaylist(source.index, container, withAllSound(source.index, options)));
  if (!(playlist instanceof types.MasterPlaylist)) throw new Error('It is not a multivariant playlist.');
  return playlist;
}

/** A segment as its playlist states it, with its real length. */
interface ReadSegment {
  readonly address: string;
  readonly durationSeconds: number;
  readonly bytes: Buffer;
}

interface ReadPlaylist {
  readonly playlist: types.MediaPlaylist;
  readonly segments: readonly ReadSegment[];
}

function readPlaylist(source: PackagedSource, uri: string, options: HlsOptions = {}): ReadPlaylist {
  const playlist = parseHls(fileAt(source, uri, options).toString());
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error(`${uri} is not a media playlist.`);
  const segments = playlist.segments.map(({ uri: address, duration }) => ({ address, durationSeconds: duration, bytes: fileAt(source, address, options) }));
  return { playlist, segments };
}

/** Returns the rates of RFC 8216, 4.1, by trying every run of segments. */
function ratesOf({ playlist, segments }: ReadPlaylist) {
  const target = playlist.targetDuration;
  const rateOf = (listed: readonly ReadSegment[]): number =>
    (8 * listed.reduce((sum, { bytes }) => sum + bytes.length, 0)) / listed.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  const runs = segments.flatMap((_, first) => segments.slice(first).map((__, count) => segments.slice(first, first + count + 1)));
  const counted = runs.filter((listed) => {
    const seconds = listed.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
    return seconds >= 0.5 * target && seconds <= 1.5 * target;
  });
  return { peakBps: Math.max(...(counted.length > 0 ? counted : [segments]).map(rateOf)), averageBps: rateOf(segments) };
}

const PLAYED = ['b-frames', 'hvc1', 'video-only', 'sound-only', 'mp3', 'ac3', 'two-sounds', 'quicktime', 'hevc-fragmented', 'lost-fragment', 'delayed', 'edited-start', 'footage'];
const FMP4_ONLY = ['vp9-opus', 'av1-flac'];

test.each([...PLAYED.flatMap((name) => [[name, 'fmp4'], [name, 'ts']] as const), ...FMP4_ONLY.map((name) => [name, 'fmp4'] as const)])(
  'the bit rates of %s as %s are those of its segments',
  async (name, container) => {
    const source = await open(name);
    const { variants } = readMaster(source, container);
    expect(variants.length).toBeGreaterThan(0);
    for (const { uri, bandwidth, averageBandwidth = 0, audio } of variants) {
      // The first rendition without a playlist of its own is in the variant.
      const renditions = audio.map((rendition) => rendition.uri).filter((own) => own !== undefined);
      const [variant, ...sounds] = [uri, ...renditions].map((own) => ratesOf(readPlaylist(source, own)));
      const highest = (rate: 'peakBps' | 'averageBps'): number => Math.max(0, ...sounds.map((sound) => sound[rate]));
      const [peak, average] = [(variant?.peakBps ?? 0) + highest('peakBps'), (variant?.averageBps ?? 0) + highest('averageBps')];
      // Durations are rounded, to milliseconds in a transport stream.
      expect(bandwidth / peak).toBeCloseTo(1, 3);
      expect(averageBandwidth / average).toBeCloseTo(1, 3);
    }
  },
);

/** Writes a multivariant playlist without the numbers that depend on the encoder. */
async function describeFilm(name: string, container: Container): Promise<string[]> {
  const { index } = await open(name);
  const [, ...lines] = writeFilmPlaylist(index, container, withAllSound(index)).replaceAll(/BANDWIDTH=\d+/g, 'BANDWIDTH=…').trimEnd().split('\n');
  return lines;
}

const RATES = 'BANDWIDTH=…,AVERAGE-BANDWIDTH=…';
const PICTURE = 'RESOLUTION=160x90,FRAME-RATE=25.000';

test('sound of several languages is listed by language', async () => {
  expect(await describeFilm('two-sounds', 'fmp4')).toEqual([
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="German",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="fmp4-2.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="French",LANGUAGE="fr",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="1",URI="fmp4-3.m3u8"',
    `#EXT-X-STREAM-INF:${RATES},CODECS="avc1.64000b,mp4a.40.2",${PICTURE},AUDIO="audio"`,
    'fmp4-1.m3u8',
  ]);
  expect(await describeFilm('two-sounds', 'ts')).toEqual([
    '#EXT-X-VERSION:3',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="German",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="French",LANGUAGE="fr",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="1",URI="ts-3.m3u8"',
    `#EXT-X-STREAM-INF:${RATES},CODECS="avc1.64000b,mp4a.40.2",${PICTURE},AUDIO="audio"`,
    'ts-1-2.m3u8',
  ]);
});

test('only the chosen sound is listed, the first one by default', async () => {
  const { index } = await open('two-sounds');
  const namesIn = (text: string) => [...text.matchAll(/NAME="(\w+)".*DEFAULT=(\w+)|<Label>(\w+)|(value="main")/g)].map(([, ...names]) => names.filter(Boolean).join(' '));
  expect(namesIn(writeFilmPlaylist(index, 'fmp4', { sound: [2, 1] }))).toEqual(['French YES', 'German NO']);
  expect(namesIn(writeFilmMpd(index, { sound: [2, 1] }))).toEqual(['value="main"', 'French', 'value="main"', 'German']);
  expect(namesIn(writeFilmPlaylist(index, 'ts', { sound: [2] }))).toEqual(['French YES']);
  expect(writeFilmPlaylist(index, 'ts', { sound: [2] })).toContain('\nts-1-3.m3u8\n');
  expect(writeFilmPlaylist(index, 'fmp4', { sound: [] })).not.toContain('AUDIO');
  expect(() => writeFilmPlaylist(index, 'fmp4', { sound: [0] })).toThrow(expect.objectContaining({ code: 'no_tracks' }));
});

test('sound that browsers do not play is not listed unless the caller names it', async () => {
  const { index } = await open('two-sounds');
  const mixed: SourceIndex = {
    ...index,
    tracks: index.tracks.map((track, position) => (position === 1 ? { ...track, codec: 'ac3', codecString: 'ac-3' } : track)),
  };
  expect(qualify(mixed).tracks).toEqual([0, 2]);
  for (const text of [writeFilmPlaylist(mixed, 'fmp4'), writeFilmMpd(mixed), writeFilmPlaylist(mixed, 'ts')]) {
    expect(text).toContain('mp4a.40.2');
    expect(text).not.toContain('ac-3');
  }
  expect(chooseTracks(mixed)).toEqual([mixed.tracks[0], mixed.tracks[2]]);
  expect(writeFilmPlaylist(mixed, 'fmp4', { sound: [1] })).toContain('ac-3');
  const { index: unplayable } = await open('ac3');
  const refusal = expect.objectContaining({ code: 'unplayable_sound' });
  expect(() => writeFilmPlaylist(unplayable, 'fmp4')).toThrow(refusal);
  expect(() => writeFilmMpd(unplayable)).toThrow(refusal);
  expect(() => chooseTracks(unplayable)).toThrow(refusal);
});

test('sound of each codec has a variant of its own', async () => {
  const media = (group: string, uri: string) =>
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="${group}",NAME="Audio",LANGUAGE="und",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1"${uri}`;
  expect((await describeFilm('ac3', 'fmp4')).slice(2)).toEqual([
    media('audio', ',URI="fmp4-2.m3u8"'),
    media('audio-2', ',URI="fmp4-3.m3u8"'),
    `#EXT-X-STREAM-INF:${RATES},CODECS="avc1.64000b,ac-3",${PICTURE},AUDIO="audio"`,
    'fmp4-1.m3u8',
    `#EXT-X-STREAM-INF:${RATES},CODECS="avc1.64000b,ec-3",${PICTURE},AUDIO="audio-2"`,
    'fmp4-1.m3u8',
  ]);
  expect((await describeFilm('ac3', 'ts')).slice(2)).toEqual([
    media('audio', ''),
    media('audio-2', ''),
    `#EXT-X-STREAM-INF:${RATES},CODECS="avc1.64000b,ac-3",${PICTURE},AUDIO="audio"`,
    'ts-1-2.m3u8',
    `#EXT-X-STREAM-INF:${RATES},CODECS="avc1.64000b,ec-3",${PICTURE},AUDIO="audio-2"`,
    'ts-1-3.m3u8',
  ]);
});

test.each([
  ['sound-only', 'fmp4', [`#EXT-X-STREAM-INF:${RATES},CODECS="mp4a.40.2"`, 'fmp4-1.m3u8']],
  ['sound-only', 'ts', [`#EXT-X-STREAM-INF:${RATES},CODECS="mp4a.40.2"`, 'ts-1.m3u8']],
  ['video-only', 'fmp4', [`#EXT-X-STREAM-INF:${RATES},CODECS="avc1.64000b",${PICTURE}`, 'fmp4-1.m3u8']],
  ['video-only', 'ts', [`#EXT-X-STREAM-INF:${RATES},CODECS="avc1.64000b",${PICTURE}`, 'ts-1.m3u8']],
] as const)('%s as %s is one stream', async (name, container, lines) => {
  expect((await describeFilm(name, container)).slice(2)).toEqual(lines);
});

test.each([...PLAYED, ...FMP4_ONLY])('HLS of %s lists the segments of each track with their times', async (name) => {
  const source = await open(name);
  const { variants } = readMaster(source, 'fmp4');
  const uris = new Set(variants.flatMap(({ uri, audio }) => [uri, ...audio.map((rendition) => rendition.uri ?? uri)]));
  const listed = [...uris].map((uri) => ({ uri, ...readPlaylist(source, uri) }));
  expect(new Set(listed.map(({ playlist }) => playlist.targetDuration)).size).toBe(1);
  expect(new Set(listed.flatMap(({ segments }) => segments.map(({ address }) => address))).size).toBe(listed.flatMap(({ segments }) => segments).length);
  for (const { uri, segments, playlist } of listed) {
    const init = fileAt(source, playlist.segments[0]?.map?.uri ?? '');
    const position = readStreamAddress(uri)?.stream.tracks[0] ?? -1;
    const { startTime, endTime, timescale } = source.index.tracks[position] ?? { startTime: 0, endTime: 0, timescale: 1 };
    let time = startTime / timescale;
    // mp4box misreads FLAC.
    for (const { bytes, durationSeconds } of name === 'av1-flac' ? [] : segments) {
      const [packets = []] = readFragmentPackets(Buffer.concat([init, bytes]));
      expect(Math.min(...packets.map(({ pts }) => pts))).toBeCloseTo(time, 5);
      time += durationSeconds;
      expect(durationSeconds).toBeLessThanOrEqual(playlist.targetDuration);
    }
    expect(segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, startTime / timescale)).toBeCloseTo(endTime / timescale, 5);
  }
});

test.each([...PLAYED, ...FMP4_ONLY])('DASH of %s lists the same segments with their exact times', async (name) => {
  const source = await open(name);
  const options = { manifestUri: 'https://sluice.test/index.mpd', eventHandler: ({ message }: { readonly message: string }) => { throw new Error(message); } };
  const { representationInfo } = inheritAttributes(stringToMpdXml(writeFilmMpd(source.index, withAllSound(source.index))), options);
  const representations = toPlaylists(representationInfo);
  expect(representations.map(({ attributes }) => attributes['id'])).toEqual(source.index.tracks.map((_, position) => `fmp4-${position + 1}`));
  for (const { attributes, segments = [] } of representations) {
    const { playlist, segments: listed } = readPlaylist(source, `${String(attributes['id'])}.m3u8`);
    expect(segments.map(({ resolvedUri }) => basename(resolvedUri))).toEqual(listed.map(({ address }) => address));
    expect(new Set(segments.map(({ map }) => basename(map.resolvedUri)))).toEqual(new Set([playlist.segments[0]?.map?.uri]));
    expect(Number(attributes['bandwidth']) / ratesOf({ playlist, segments: listed }).peakBps).toBeCloseTo(1, 4);
    let time = segments[0]?.presentationTime ?? -1;
    for (const [at, { presentationTime }] of segments.entries()) {
      expect(presentationTime).toBeCloseTo(time, 4);
      time += listed[at]?.durationSeconds ?? 0;
    }
  }
});

/** Decodes all that ffmpeg reads from a file. @returns its warnings, and the number of frames of each stream in ascending order */
async function play(path: string): Promise<{ readonly warnings: string; readonly frames: readonly number[] }> {
  const options = ['-nostdin', '-v', 'warning', '-i', path, '-map', '0', '-f', 'framecrc', '-'];
  const { stdout, stderr } = await run(getFfmpeg().ffmpegPath, options, { maxBuffer: 1 << 26 });
  const frames = new Map<string, number>();
  for (const [, stream = ''] of stdout.matchAll(/^(\d+),/gm)) frames.set(stream, (frames.get(stream) ?? 0) + 1);
  return { warnings: stderr, frames: [...new Set(frames.values())].toSorted((one, other) => one - other) };
}

test.each(['b-frames', 'hvc1', 'sound-only', 'ac3', 'two-sounds', 'lost-fragment'])('ffmpeg plays all of %s without a warning', async (name) => {
  const source = await open(name);
  const frames = [...new Set(source.index.tracks.map(({ samples }) => samples))].toSorted((one, other) => one - other);
  const hls = await Promise.all((['fmp4', 'ts'] as const).map(async (container) => play(await writeHlsFolder(await makeFolder(`${name}-${container}`), source, container, withAllSound(source.index)))));
  expect(hls).toEqual([{ warnings: '', frames }, { warnings: '', frames }]);
  const dash = await play(await writeDashFolder(await makeFolder(`${name}-dash`), source, withAllSound(source.index)));
  expect(dash.warnings).toBe('');
  // ffmpeg 5.1 loses the last sound frame, in manifests of its own too.
  expect(Math.max(...dash.frames)).toBeGreaterThanOrEqual(Math.max(...frames) - 1);
}, 120_000);

test.each(FMP4_ONLY)('ffmpeg plays all of %s from fragments without a warning, and transport streams are refused', async (name) => {
  const source = await open(name);
  const own = await makeFolder(name);
  expect((await play(await writeHlsFolder(own, source, 'fmp4'))).warnings).toBe('');
  expect((await play(await writeDashFolder(own, source))).warnings).toBe('');
  expect(() => writeFilmPlaylist(source.index, 'ts')).toThrow(expect.objectContaining({ code: 'not_in_mpeg_ts' }));
});

test('a clip of several pieces lists the segments of the whole film, with one break for each further piece', async () => {
  const source = await open('b-frames');
  const clip = [{ startSeconds: 0, endSeconds: 1.5 }, { startSeconds: 4.5, endSeconds: 5 }];
  for (const container of ['fmp4', 'ts'] as const) {
    const { variants } = readMaster(source, container, { clip });
    const [{ uri, audio } = { uri: '', audio: [] }] = variants;
    for (const address of [uri, ...audio.map((rendition) => rendition.uri ?? uri)]) {
      const [path = '', query] = address.split('?');
      expect(query).toBe('trimming=0-1.5,4.5-5');
      const whole = readPlaylist(source, path);
      const { playlist, segments } = readPlaylist(source, path, { clip });
      expect(segments).toEqual([whole.segments[0], whole.segments[2]]);
      expect(playlist.segments.map(({ discontinuity }) => discontinuity ?? false)).toEqual([false, true]);
      expect(playlist.targetDuration).toBe(whole.playlist.targetDuration);
    }
    expect((await play(await writeHlsFolder(await makeFolder('clip'), source, container, { clip: clip.slice(1) }))).warnings).toBe('');
  }
});

test('segments count from the first number, in addresses and as media sequence', async () => {
  const source = await open('b-frames');
  const options = { firstNumber: 7, tsVersion: 1 } as const;
  const { playlist, segments } = readPlaylist(source, 'ts-1-2.m3u8', options);
  expect(playlist.mediaSequenceBase).toBe(7);
  expect(segments.map(({ address }) => address)).toEqual(['ts-1-2_7.ts', 'ts-1-2_8.ts', 'ts-1-2_9.ts', 'ts-1-2_10.ts']);
  expect(segments.map(({ bytes }) => bytes)).toEqual(readPlaylist(source, 'ts-1-2.m3u8').segments.map(({ bytes }) => bytes));
  expect(writeFilmMpd(source.index, options)).toContain('startNumber="7"');
});

test('open groups of pictures are neither independent nor of SAP type 1', async () => {
  const clip = await makeClip('-preset', 'ultrafast', '-bf', '2', '-x264-params', 'open-gop=1:b-adapt=0:scenecut=0:keyint=12:min-keyint=1');
  const source = { file: clip, index: await indexFile(clip, 0.8) };
  expect(source.index.tracks[0]?.hasLeadingPictures).toBe(true);
  expect(writeFilmPlaylist(source.index, 'fmp4')).not.toContain('INDEPENDENT');
  expect(fileAt(source, 'fmp4-1.m3u8').toString()).not.toContain('INDEPENDENT');
  expect(fileAt(source, 'ts-1-2.m3u8').toString()).not.toContain('INDEPENDENT');
  expect(fileAt(source, 'fmp4-2.m3u8').toString()).toContain('INDEPENDENT');
  expect([...writeFilmMpd(source.index).matchAll(/startWithSAP="(\d)"/g)].map(([, type]) => type)).toEqual(['3', '1']);
  // The pictures shown before the key frame belong to its segment.
  const init = fileAt(source, 'fmp4-1_init.mp4');
  let time: number | undefined;
  for (const { bytes, durationSeconds } of readPlaylist(source, 'fmp4-1.m3u8').segments) {
    const [packets = []] = readFragmentPackets(Buffer.concat([init, bytes]));
    const start = Math.min(...packets.map(({ pts }) => pts));
    expect(start).toBeCloseTo(time ?? start, 5);
    time = start + durationSeconds;
  }
});

test('a rotated picture has the size at which it is stored', async () => {
  const rotated = rotateBy90(await readFile(sources['video-only'] ?? ''));
  const index = await indexFile(rotated);
  expect(writeFilmPlaylist(index, 'fmp4')).toContain('RESOLUTION=160x90,');
  expect(writeFilmPlaylist(index, 'ts')).toContain('RESOLUTION=160x90,');
  expect(writeFilmMpd(index)).toContain('width="160" height="90" frameRate="25" sar="1:1"');
});
