/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type HlsPlayer from 'hls.js';
import type { Browser, Page } from 'playwright-core';
import { byteSourceOf } from '../../../../media/byte-source.ts';
import { buildIndex } from '../../../../media/packaging/build-index.ts';
import { writeInitSegment } from '../../../../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../../../../media/packaging/fmp4/media-segment.ts';
import { openIndexFile } from '../../../../media/packaging/index/index-file.ts';
import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { PackagingError } from '../../../../media/packaging/packaging-error.ts';
import { disqualify, type Qualification, qualify } from '../../../../media/packaging/qualification/qualify.ts';
import { launchBrowser, openPage } from '../../../support/browser.ts';
import { decodeAll } from '../../../support/clips.ts';
import { describeWithChromium } from '../../../support/describe-with-chromium.ts';
import { indexFile, packageAsFmp4, segmentsOf } from '../../../support/media/packaging/package-file.ts';
import { makeQualifiedFiles, type QualifiedFile } from '../../../support/media/packaging/qualification/qualified-file.ts';
import { QUALIFIED_FILES } from '../../../support/media/packaging/qualification/qualified-files.ts';
import { type JustInTimeServer, serveJustInTime, type ServedFilm } from '../../../support/media/packaging/serve-just-in-time.ts';
import { servePlayerPage, type PlayerPage } from '../../../support/player-page.ts';

const SHOWN = QUALIFIED_FILES.filter(({ level }) => level !== 'none');
const SEEN = SHOWN.filter(({ isUnseen }) => isUnseen !== true);
/** Films that play at once. */
const AT_ONCE = 8;
const UNSEEN = SHOWN.filter(({ isUnseen }) => isUnseen === true);

interface Playback {
  readonly position: number;
  readonly pictures: number;
  readonly error: string | undefined;
}

interface Film extends ServedFilm {
  readonly file: Buffer;
  readonly tracks: readonly number[];
}

let files: ReadonlyMap<QualifiedFile, Buffer>;
const films = new Map<string, Film>();

beforeAll(async () => {
  files = await makeQualifiedFiles(QUALIFIED_FILES);
  for (const kind of SHOWN) {
    const file = files.get(kind) ?? Buffer.alloc(0);
    const index = await indexFile(file, 1);
    films.set(kind.name, { source: byteSourceOf(file), index, tracks: qualify(index, 1).tracks, file });
  }
}, 120_000);

async function qualificationOf(file: Buffer): Promise<Qualification> {
  try {
    return qualify(openIndexFile(await buildIndex(byteSourceOf(file), { identity: '' })));
  } catch (error) {
    if (error instanceof PackagingError) return disqualify(error);
    throw error;
  }
}

test.each(QUALIFIED_FILES)('$topic: $name qualifies for $level', async (kind) => {
  const { level, reasons, leftOut } = await qualificationOf(files.get(kind) ?? Buffer.alloc(0));
  expect({ level, reasons: reasons.map(({ code }) => code), leftOut: leftOut.map(({ code }) => code) }).toEqual({
    level: kind.level,
    reasons: kind.reasons ?? [],
    leftOut: kind.leftOut ?? [],
  });
});

test('says how a picture has to be turned', () => {
  const { index } = filmOf('Rotated by 90° and mirrored');
  expect(qualify(index).reasons.map(({ message }) => message)).toEqual([
    'The picture has to be rotated by 90°, which only the page does.',
    'The picture has to be mirrored, which only the page does.',
  ]);
});

function filmOf(name: string): Film {
  const film = films.get(name);
  if (film === undefined) throw new Error(`There is no film ${name}.`);
  return film;
}

function typeOf({ tracks }: SourceIndex, positions: readonly number[]): string {
  const shown = positions.map((position) => tracks[position]?.codecString);
  return `${tracks[positions[0] ?? 0]?.kind}/mp4; codecs="${shown.join(', ')}"`;
}

describeWithChromium('in Chromium', () => {
  let server: JustInTimeServer;
  let playerPage: PlayerPage;
  let browser: Browser;
  let page: Page;
  const playbacks = new Map<string, Playback>();

  beforeAll(async () => {
    [server, playerPage, browser] = await Promise.all([serveJustInTime(films), servePlayerPage(), launchBrowser()]);
    page = await openPage(browser);
    await page.goto(playerPage.urlFor('hls', server.urlOf(SEEN[0]?.name ?? '')));
    for (let first = 0; first < SHOWN.length; first += AT_ONCE) {
      const kinds = SHOWN.slice(first, first + AT_ONCE);
      const batch = kinds.map(({ name, seconds = 3 }) => ({ url: server.urlOf(name), middle: seconds / 2 }));
      const results = await page.evaluate(playAll, batch);
      for (const [position, { name }] of kinds.entries()) if (results[position]) playbacks.set(name, results[position]);
    }
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await Promise.all([server?.close(), playerPage?.close()]);
  });

  test.each(SEEN)('$topic: $name plays after a seek', ({ name, seconds = 3 }) => {
    const { index, tracks } = filmOf(name);
    const { error, position = 0, pictures = 0 } = playbacks.get(name) ?? { error: 'not played' };
    expect(error).toBeUndefined();
    expect(position).toBeGreaterThan(seconds / 2);
    expect(pictures > 0).toBe(index.tracks[tracks[0] ?? 0]?.kind === 'video');
  });

  test('claims to support all that it plays', async () => {
    const types = SEEN.map(({ name }) => typeOf(filmOf(name).index, filmOf(name).tracks));
    const refused = await page.evaluate((all) => all.filter((type) => !MediaSource.isTypeSupported(type)), types);
    expect(refused).toEqual([]);
  });

  test.each(UNSEEN)('$topic: $name plays where there is a decoder, and is refused elsewhere', async ({ name }) => {
    const { index, tracks } = filmOf(name);
    const isSupported = await page.evaluate((type) => MediaSource.isTypeSupported(type), typeOf(index, tracks));
    const { error } = playbacks.get(name) ?? { error: 'not played' };
    expect(error === undefined).toBe(isSupported);
  });
});

test.each(UNSEEN)('$topic: $name is decoded by ffmpeg from the first and from a later segment', async ({ name }) => {
  const { file, index, tracks } = filmOf(name);
  const folder = await mkdtemp(join(tmpdir(), 'unseen-'));
  const countPictures = async (segments: Buffer): Promise<number | undefined> => {
    const path = join(folder, 'film.mp4');
    await writeFile(path, segments);
    return (await decodeAll(path)).streams.find(({ type }) => type === 'video')?.frames;
  };
  try {
    const pictures = index.tracks[0]?.samples ?? 0;
    expect(await countPictures(packageAsFmp4(file, index, tracks))).toBe(pictures);
    const [first = Buffer.alloc(0), ...rest] = segmentsOf(file, index, planFmp4Segment, [0]);
    const skipped = await countPictures(Buffer.concat([writeInitSegment(index, [0]), first]));
    const later = await countPictures(Buffer.concat([writeInitSegment(index, [0]), ...rest]));
    // Pictures before the first key frame that depend on earlier ones are not shown after a seek.
    expect(pictures - (skipped ?? 0) - (later ?? 0)).toBe(isOpen(index) ? 2 : 0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

function isOpen({ tracks: [video] }: SourceIndex): boolean {
  return video?.hasLeadingPictures === true;
}

/** Plays playlists at once in the page, each for half a second from a time. */
function playAll(all: readonly { readonly url: string; readonly middle: number }[]): Promise<Playback[]> {
  const { Hls } = globalThis as unknown as { Hls: typeof HlsPlayer };
  return Promise.all(all.map(async ({ url, middle }) => {
    const video = document.createElement('video');
    video.muted = true;
    const hls = new Hls({ startPosition: middle });
    const played = new Promise<string | undefined>((resolve) => {
      hls.on(Hls.Events.ERROR, (_, { fatal, details }) => fatal && resolve(details));
      video.addEventListener('error', () => resolve(video.error?.message));
      video.addEventListener('timeupdate', () => video.currentTime > middle + 0.5 && resolve(undefined));
    });
    hls.loadSource(url);
    hls.attachMedia(video);
    void video.play().catch(() => undefined);
    const error = await played;
    const playback = { position: video.currentTime, pictures: video.getVideoPlaybackQuality().totalVideoFrames, error };
    hls.destroy();
    return playback;
  }));
}
