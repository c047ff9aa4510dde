import { collectGaps } from '../../../media/gaps/collect-gaps.ts';
import { MarkList, type Part } from '../../../media/gaps/gap.ts';
import { readParts } from '../../../media/gaps/read-parts.ts';

const MEBIBYTE = 1024 * 1024;
const SIZE = 4096 * MEBIBYTE;
/** Ten seconds per 16 MiB. */
const SECONDS_PER_BYTE = 10 / (16 * MEBIBYTE);
const STEP_BYTES = 64 * 1024;

/** Reads a file of four gibibytes that is broken between two offsets, and counts the bytes read. */
function brokenBetween(from: number, to: number) {
  const counted = { bytes: 0 };
  const readMarks = ({ start, end }: Part) => {
    counted.bytes += end - start;
    const list = new MarkList();
    let brokenFrom: number | undefined;
    for (let at = start; at < end; at += STEP_BYTES) {
      if (at >= from && at < to) brokenFrom ??= at;
      else {
        if (brokenFrom !== undefined) list.break(at - brokenFrom, { isBegin: brokenFrom === start });
        brokenFrom = undefined;
        list.time(1, at * SECONDS_PER_BYTE);
      }
    }
    if (brokenFrom !== undefined) list.break(end - brokenFrom, { isBegin: brokenFrom === start, isEnd: true });
    return Promise.resolve(list);
  };
  return { readMarks, counted };
}

test('finds the edges of damage in a file that is not read completely', async () => {
  const [from, to] = [1000 * MEBIBYTE, 1400 * MEBIBYTE];
  const { readMarks, counted } = brokenBetween(from, to);
  const [gap, ...more] = collectGaps(await readParts({ start: 0, end: SIZE }, readMarks), {});
  expect(more).toEqual([]);
  const tolerance = 4 * MEBIBYTE * SECONDS_PER_BYTE;
  expect(Math.abs((gap?.startSeconds ?? 0) - from * SECONDS_PER_BYTE)).toBeLessThan(tolerance);
  expect(Math.abs((gap?.endSeconds ?? 0) - to * SECONDS_PER_BYTE)).toBeLessThan(tolerance);
  expect(counted.bytes).toBeLessThan(180 * MEBIBYTE);
});

test('finds no gaps between the parts of an intact file', async () => {
  const { readMarks } = brokenBetween(0, 0);
  expect(collectGaps(await readParts({ start: 0, end: SIZE }, readMarks), {})).toEqual([]);
  expect(collectGaps(await readParts({ start: 0, end: SIZE }, readMarks), { wrapSeconds: 95_443 })).toEqual([]);
});
