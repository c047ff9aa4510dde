import { collectGaps } from '../../../media/gaps/collect-gaps.ts';
import { MarkList } from '../../../media/gaps/gap.ts';

const MPEG = { wrapSeconds: 2 ** 33 / 90_000 };
const [VIDEO, SOUND] = [1, 2];

/** Adds a frame every 40 ms. */
function play(list: MarkList, track: number, from: number, to: number): void {
  for (let time = from; time < to; time += 0.04) list.time(track, time);
}

function gapsOf(add: (list: MarkList) => void, clock = {}) {
  const list = new MarkList();
  add(list);
  return collectGaps([list], clock).map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds].map((time) => time && Math.round(time * 10) / 10));
}

test('a pause without damage is not a gap', () => {
  expect(gapsOf((list) => [play(list, VIDEO, 0, 3), play(list, VIDEO, 9, 12)])).toEqual([]);
});

test('damage that loses time is a gap', () => {
  expect(gapsOf((list) => [play(list, VIDEO, 0, 3), list.break(20_000), play(list, VIDEO, 5, 12)])).toEqual([[3, 5]]);
});

test('missing packets without lost time are not a gap', () => {
  expect(gapsOf((list) => [play(list, VIDEO, 0, 3), list.break(0), play(list, VIDEO, 3.04, 12)])).toEqual([]);
});

test('a clock that jumps where recordings were joined is not a gap', () => {
  const join = (second: number) => gapsOf((list) => [play(list, VIDEO, 8, 11), list.break(0), play(list, VIDEO, second, second + 3)], MPEG);
  expect(join(4000)).toEqual([]);
  expect(join(1)).toEqual([]);
});

test('a gap across a clock that wraps has its usual duration', () => {
  const last = MPEG.wrapSeconds - 1;
  expect(gapsOf((list) => [play(list, VIDEO, last - 3, last), list.break(9000), play(list, VIDEO, 1, 4)], MPEG)).toEqual([[3, 5]]);
});

test('sound alone may have a gap', () => {
  const gaps = gapsOf((list) => {
    for (let time = 0; time < 9; time += 0.04) {
      list.time(VIDEO, time);
      if (time < 3 || time > 5) list.time(SOUND, time);
      else list.break(188);
    }
  });
  expect(gaps).toEqual([[3, 5]]);
});

test('damage in several places at once is one gap', () => {
  const gaps = gapsOf((list) => [play(list, VIDEO, 0, 3), list.break(9000), list.time(VIDEO, 3.6), list.break(9000), play(list, VIDEO, 5, 8)]);
  expect(gaps).toEqual([[3, 5]]);
});

test('a gap at the end has no end, and one at the start begins at zero', () => {
  expect(gapsOf((list) => [play(list, VIDEO, 0, 3), list.break(9000)])).toEqual([[3, undefined]]);
  expect(gapsOf((list) => [list.break(9000), play(list, VIDEO, 7, 9)])).toEqual([[0, undefined]]);
});

test('a clock that never wraps changes where it goes back, once for all tracks', () => {
  const both = (list: MarkList, from: number, to: number): void => {
    for (let time = from; time < to; time += 0.04) [VIDEO, SOUND].forEach((track) => list.time(track, time));
  };
  expect(gapsOf((list) => [both(list, 0, 5), both(list, 0, 5)])).toEqual([[5, 9.9]]);
  // It goes back twice.
  expect(gapsOf((list) => [both(list, 0, 9), both(list, 2, 9), both(list, 0, 5)])).toEqual([[9, 16], [16, 21]]);
  expect(gapsOf((list) => [both(list, 0, 5), both(list, 65, 70)])).toEqual([[5, 65]]);
});

test('frames in decoding order are no change, however long each lasts', () => {
  expect(gapsOf((list) => [...Array(30).keys()].forEach((group) => [0, 3, 1, 2].forEach((frame) => list.time(VIDEO, (group * 4 + frame) * 5))))).toEqual([]);
});
