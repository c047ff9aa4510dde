import { planLadder } from '../../../media/ladder/plan-ladder.ts';
import type { SourceVideo } from '../../../media/ladder/source-video.ts';

function source(more: Partial<SourceVideo> & Pick<SourceVideo, 'width' | 'height'>): SourceVideo {
  return {
    frameRate: { numerator: 30, denominator: 1 },
    durationSeconds: 60,
    audioTracks: [],
    ...more,
  };
}

function rungsOf(video: SourceVideo, maxShortSide = 1080): string {
  return planLadder(video, { maxShortSide }).rungs.map(({ width, height }) => `${width}x${height}`).join(' ');
}

function fps(numerator: number, denominator = 1) {
  return { numerator, denominator };
}

describe('sizes', () => {
  test.each([
    ['1080p', source({ width: 1920, height: 1080 }), '1920x1080 1280x720 854x480 640x360'],
    ['720p', source({ width: 1280, height: 720 }), '1280x720 854x480 640x360'],
    ['480p', source({ width: 854, height: 480 }), '854x480 640x360 428x240'],
    ['240p', source({ width: 426, height: 240 }), '426x240'],
    ['4:3', source({ width: 640, height: 480 }), '640x480 480x360 320x240'],
    ['portrait', source({ width: 1080, height: 1920 }), '1080x1920 720x1280 480x854 360x640'],
    ['rotated by the file', source({ width: 1920, height: 1080, rotation: 90 }), '1080x1920 720x1280 480x854 360x640'],
    ['upside down', source({ width: 1280, height: 720, rotation: 180 }), '1280x720 854x480 640x360'],
    ['odd', source({ width: 1919, height: 1079 }), '1918x1078 1280x720 854x480 640x360'],
    ['between the usual sizes', source({ width: 1366, height: 768 }), '1366x768 854x480 640x360'],
    [
      'anamorphic PAL',
      source({ width: 720, height: 576, pixelAspect: { horizontal: 64, vertical: 45 } }),
      '1024x576 640x360 426x240',
    ],
    [
      'tall pixels',
      source({ width: 854, height: 480, pixelAspect: { horizontal: 1280, vertical: 1281 } }),
      '852x480 640x360 426x240',
    ],
    ['capped, odd', source({ width: 3026, height: 1386 }), '2358x1080 1572x720 1048x480 786x360'],
    ['tiny', source({ width: 64, height: 48 }), '64x48'],
    ['a ribbon', source({ width: 4000, height: 100 }), '4000x100'],
    ['a column', source({ width: 100, height: 4000 }), '100x4000'],
  ])('plans the rungs of a source: %s', (_name, video, rungs) => {
    expect(rungsOf(video)).toBe(rungs);
  });

  test('plans at most five rungs from 4K, without the step below the largest', () => {
    expect(rungsOf(source({ width: 3840, height: 2160 }), 2160)).toBe('3840x2160 1920x1080 1280x720 854x480 640x360');
  });

  test('plans no rung above the limits of H.264 outputs', () => {
    expect(rungsOf(source({ width: 8192, height: 4320 }), 2160)).toMatch(/^4096x2160 /);
  });

  test('plans no rung above the source, no odd side, no two similar rungs, and keeps the aspect ratio', () => {
    for (let width = 64; width <= 2000; width += 37) {
      for (const height of [48, 97, 240, 359, 481, 720, 1081]) {
        const { rungs } = planLadder(source({ width, height }), { maxShortSide: 1080 });
        expect(rungs.length).toBeLessThanOrEqual(5);
        for (const [index, rung] of rungs.entries()) {
          expect(rung.width).toBeLessThanOrEqual(width);
          expect(rung.height).toBeLessThanOrEqual(height);
          expect([rung.width % 2, rung.height % 2]).toEqual([0, 0]);
          expect(Math.abs(rung.width - (rung.height * width) / height)).toBeLessThan(
            Math.max(2.1, (2 * width) / height),
          );
          const above = rungs[index - 1] ?? { width: Infinity, height: 1 };
          expect(above.width * above.height).toBeGreaterThan(rung.width * rung.height * 1.5);
        }
      }
    }
  });

  test('rejects a video too small to encode', () => {
    expect(() => planLadder(source({ width: 30, height: 30 }), { maxShortSide: 1080 })).toThrow(RangeError);
  });
});

describe('frame rate', () => {
  const rateOf = (video: Partial<SourceVideo>): string => {
    const { numerator, denominator } = planLadder(source({ width: 640, height: 360, ...video }), {
      maxShortSide: 1080,
    }).frameRate;
    return `${numerator}/${denominator}`;
  };
  test.each([
    ['kept', { frameRate: fps(24_000, 1001) }, '24000/1001'],
    ['unusual but kept', { frameRate: fps(25, 2) }, '25/2'],
    ['60 kept', { frameRate: fps(60_000, 1001) }, '60000/1001'],
    ['120 halved', { frameRate: fps(120) }, '60/1'],
    ['119.88 halved', { frameRate: fps(120_000, 1001) }, '60000/1001'],
    ['144 divided by three', { frameRate: fps(144) }, '48/1'],
    ['variable, raised to a usual rate', { frameRate: fps(14_400, 481), variableFrameRate: true }, '30/1'],
    ['variable on the grid of a usual rate', { frameRate: fps(30_000, 1001), variableFrameRate: true }, '30000/1001'],
    ['variable on the grid of twice the limit', { frameRate: fps(120_000, 1001), variableFrameRate: true }, '60000/1001'],
    ['slightly above the limit', { frameRate: fps(125, 2) }, '60/1'],
    ['terms larger than the encoder accepts', { frameRate: fps(2_699_000_000, 90_000_000) }, '2699/90'],
    ['variable and fast', { frameRate: fps(1000, 3), variableFrameRate: true }, '60/1'],
    ['one frame per second', { frameRate: fps(1) }, '1/1'],
  ])('plans the frame rate: %s', (_name, video, rate) => {
    expect(rateOf(video)).toBe(rate);
  });

  test('plans 30 frames per second for an unknown rate', () => {
    const { frameRate: _unknown, ...rest } = source({ width: 640, height: 360 });
    expect(planLadder(rest, { maxShortSide: 1080 }).frameRate).toEqual(fps(30));
  });
});

test("starts from AWS's own bit rates and raises them with the frame rate", () => {
  const ratesOf = (frameRate: SourceVideo['frameRate']) =>
    planLadder({ ...source({ width: 1920, height: 1080 }), ...(frameRate && { frameRate }) }, { maxShortSide: 1080 }).rungs.map(
      ({ qualityLevel, maxBitrateBps }) => [qualityLevel, maxBitrateBps],
    );
  expect(ratesOf(fps(25))).toEqual([[9, 6_000_000], [8, 4_000_000], [7, 1_000_000], [7, 700_000]]);
  expect(ratesOf(fps(60))).toEqual([[9, 9_090_000], [8, 6_060_000], [7, 1_520_000], [7, 1_060_000]]);
});

describe('audio', () => {
  const audioOf = (...audioTracks: SourceVideo['audioTracks'][number][]) =>
    planLadder(source({ width: 640, height: 360, audioTracks }), { maxShortSide: 1080 }).audio;

  test('plans no audio for a source without audio', () => expect(audioOf()).toEqual([]));

  test('plans stereo for each language, with the first as the default', () => {
    const common = { isOnlyTrack: false, channels: 2, group: 'audio' };
    expect(audioOf({ channels: 2, language: 'eng' }, { channels: 1, language: 'kor' })).toEqual([
      { ...common, track: 1, sourceChannels: 2, language: 'eng', bitrateBps: 128_000, isDefault: true },
      { ...common, track: 2, sourceChannels: 1, language: 'kor', bitrateBps: 96_000, isDefault: false },
    ]);
  });

  test('makes the track that the source marks the default in each group', () => {
    const audio = audioOf({ channels: 2 }, { channels: 6, isDefault: true }, { channels: 2, isDefault: true });
    expect(audio.filter(({ isDefault }) => isDefault).map(({ track, group }) => [track, group])).toEqual([
      [2, 'audio'],
      [2, 'surround'],
    ]);
  });

  test('numbers a track if other tracks of its source are left out', () => {
    expect(audioOf({ channels: 2 })).toMatchObject([{ track: 1, isOnlyTrack: true }]);
    expect(audioOf({ channels: 2, number: 3 })).toMatchObject([{ track: 3, isOnlyTrack: false, isDefault: true }]);
  });

  test('plans 5.1 in addition to stereo', () => {
    expect(audioOf({ channels: 6 }).map(({ track, channels }) => [track, channels])).toEqual([[1, 2], [1, 6]]);
  });

  test('plans every language for 5.1 players, in stereo if it has no 5.1', () => {
    const audio = audioOf({ channels: 2, language: 'eng' }, { channels: 6, language: 'fra' });
    expect(audio.map(({ group, language, channels }) => [group, language, channels])).toEqual([
      ['audio', 'eng', 2],
      ['surround', 'eng', 2],
      ['audio', 'fra', 2],
      ['surround', 'fra', 6],
    ]);
  });
});

test('plans storyboard and poster for the size and duration at which the source is shown', () => {
  const { storyboard, poster } = planLadder(source({ width: 1920, height: 1080, rotation: 90, durationSeconds: 600 }), {
    maxShortSide: 1080,
  });
  expect(storyboard).toEqual({ intervalSeconds: 3, thumbnail: { width: 136, height: 240 }, columns: 5, rows: 6 });
  expect(poster).toEqual({ intervalSeconds: 100, captures: 6, width: 720, height: 1280 });
});
