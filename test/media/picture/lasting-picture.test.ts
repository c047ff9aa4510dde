import { findLastingPicture } from '../../../media/picture/lasting-picture.ts';
import type { FrameStretch, Picture } from '../../../media/picture/picture.ts';

const SMALL = { width: 320, height: 180 };
const LARGE = { width: 640, height: 360 };
const PORTRAIT = { width: 360, height: 640 };
const NARROW = { width: 720, height: 576, pixelAspect: { horizontal: 16, vertical: 15 } };
const WIDE = { width: 720, height: 576, pixelAspect: { horizontal: 64, vertical: 45 } };

/** Returns frames at ten per second; each picture lasts so many frames. */
function stretch(...parts: readonly (readonly [picture: Picture | undefined, frames: number])[]): FrameStretch {
  let at = 0;
  return parts.flatMap(([picture, frames]) =>
    Array.from({ length: frames }, (_, index) => ({ seconds: at++ / 10, picture: index === 0 ? picture : undefined })),
  );
}

test.each([
  ['the only one', [stretch([SMALL, 5])], { picture: SMALL, changes: false }],
  ['the only one, stated again', [stretch([SMALL, 5], [{ ...SMALL }, 5])], { picture: SMALL, changes: false }],
  ['the larger first', [stretch([LARGE, 20], [SMALL, 100])], { picture: LARGE, changes: true }],
  ['the larger last', [stretch([SMALL, 100], [LARGE, 10])], { picture: LARGE, changes: true }],
  ['not one of 0.9 seconds', [stretch([SMALL, 100], [LARGE, 9])], { picture: SMALL, changes: true }],
  ['not one of 0.9 seconds at the start', [stretch([LARGE, 9], [SMALL, 100])], { picture: SMALL, changes: true }],
  ['not one that flashes twice', [stretch([SMALL, 20], [LARGE, 6], [SMALL, 20], [LARGE, 6])], { picture: SMALL, changes: true }],
  ['of none that lasts, the longest', [stretch([LARGE, 2], [SMALL, 5])], { picture: SMALL, changes: true }],
  ['of equal areas the longer', [stretch([LARGE, 20], [PORTRAIT, 30])], { picture: PORTRAIT, changes: true }],
  ['the one that is shown larger', [stretch([NARROW, 50], [WIDE, 20])], { picture: WIDE, changes: true }],
  ['one at the edge of an unread part', [stretch([SMALL, 10], [LARGE, 3]), stretch([SMALL, 10])], { picture: LARGE, changes: true }],
  ['one between two unread parts', [stretch([SMALL, 10]), stretch([LARGE, 3]), stretch([SMALL, 10])], { picture: LARGE, changes: true }],
  ['the last, as far as it was read', [stretch([SMALL, 10]), stretch([SMALL, 5], [LARGE, 3])], { picture: SMALL, changes: true }],
  ['none where nothing states one', [stretch([undefined, 10])], undefined],
  ['none of nothing', [], undefined],
])('chooses %s', (_name, stretches, expected) => {
  expect(findLastingPicture(stretches)).toEqual(expected);
});

test('counts no time for a clock jump', () => {
  const frames = [{ seconds: 0, picture: SMALL }, { seconds: 1 }, { seconds: 2, picture: LARGE }, { seconds: 5000 }, { seconds: 5001, picture: SMALL }, { seconds: 5003 }];
  expect(findLastingPicture([frames])).toEqual({ picture: LARGE, changes: true });
  const short = [{ seconds: 0, picture: SMALL }, { seconds: 2, picture: LARGE }, { seconds: 5000 }, { seconds: 5000.5, picture: SMALL }, { seconds: 5003 }];
  expect(findLastingPicture([short])).toEqual({ picture: SMALL, changes: true });
});
