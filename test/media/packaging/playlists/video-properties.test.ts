import type { IndexedTrack } from '../../../../media/packaging/index/source-index.ts';
import { displayResolution, meanFrameRate, peakFrameRate, videoRange } from '../../../../media/packaging/playlists/video-properties.ts';
import { makeFilmIndex } from '../../../support/media/packaging/film-index.ts';
import { makeClip } from '../../../support/clips.ts';
import { indexFile } from '../../../support/media/packaging/package-file.ts';

const [film] = makeFilmIndex({ seconds: 4, gopFrames: 24 }).tracks;

function trackWith(video: Partial<NonNullable<IndexedTrack['video']>>, facts: Partial<IndexedTrack> = {}): IndexedTrack {
  const base = film as IndexedTrack & { readonly video: NonNullable<IndexedTrack['video']> };
  return { ...base, ...facts, video: { ...base.video, ...video } };
}

test.each([
  [{ horizontal: 1, vertical: 1 }, 0, '1920x1080'],
  [{ horizontal: 1, vertical: 1 }, 90, '1920x1080'],
  [{ horizontal: 4, vertical: 3 }, 0, '2560x1080'],
  [{ horizontal: 4, vertical: 3 }, 270, '2560x1080'],
  [{ horizontal: 12, vertical: 11 }, 180, '2095x1080'],
] as const)('pixels of %j that the source rotates by %s degrees have the resolution %s', (pixelAspect, rotation, resolution) => {
  const size = displayResolution(trackWith({ pixelAspect, orientation: { rotation, mirrored: false } }));
  expect(`${size?.width}x${size?.height}`).toBe(resolution);
});

test('frame rates are usual ones where rounding explains the difference', () => {
  expect(peakFrameRate(trackWith({ peakFrameRate: 29.94 }))).toEqual({ numerator: 30_000, denominator: 1001 });
  expect(peakFrameRate(trackWith({ peakFrameRate: 37.5 }))).toEqual({ numerator: 75, denominator: 2 });
  const rounded = { samples: 240, timescale: 1000, startTime: 0, endTime: 10_010 };
  expect(meanFrameRate(trackWith({}, rounded))).toEqual({ numerator: 24_000, denominator: 1001 });
  expect(meanFrameRate(trackWith({}, { ...rounded, samples: 175 }))).toEqual({ numerator: 2500, denominator: 143 });
});

test.each([[1, 'SDR'], [14, 'SDR'], [16, 'PQ'], [18, 'HLG'], [2, undefined], [undefined, undefined]] as const)(
  'the transfer characteristics %s have the range %s',
  (transfer, range) => {
    const codePoints = transfer === undefined ? {} : { codePoints: { primaries: 9, transfer, matrix: 9 } };
    expect(videoRange(trackWith(codePoints))).toBe(range);
  },
);

test('colors of the stream count where the container states none', async () => {
  const clip = await makeClip('-preset', 'ultrafast', '-x264-params', 'colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc');
  const at = clip.indexOf('colr');
  if (at > 0) clip.write('free', at, 'latin1');
  const { tracks } = await indexFile(clip);
  expect(tracks.map(videoRange)).toEqual(['HLG', undefined]);
});

test('the highest rate of a second counts', async () => {
  // A second of 25 frames, then every fifth one.
  const clip = await makeClip('-preset', 'ultrafast', '-vf', "select='lt(t,1.02)+not(mod(n,5))'", '-vsync', 'vfr');
  const { tracks } = await indexFile(clip);
  const [video] = tracks;
  expect(video && peakFrameRate(video)).toEqual({ numerator: 25, denominator: 1 });
  expect(video && meanFrameRate(video)?.numerator).not.toBe(25);
});
