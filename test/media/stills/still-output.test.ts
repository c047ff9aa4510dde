import { REC_709 } from '../../../media/color/color-description.ts';
import {
  captureArguments,
  captureFilters,
  sheetArguments,
  sheetFilters,
  stillInterval,
} from '../../../media/stills/still-output.ts';

const ntsc = { numerator: 30_000, denominator: 1001 };

test('rounds an interval to whole frames', () => {
  expect(stillInterval(10, ntsc)).toEqual({ everyFrames: 300, intervalSeconds: expect.closeTo(10.01, 9) });
  expect(stillInterval(0.001, ntsc).everyFrames).toBe(1);
});

test('captures single frames in the colors of JPEG, numbered from 0', () => {
  expect(captureFilters({ everyFrames: 300, size: { width: 1280, height: 720 } }, REC_709)).toEqual([
    'select=not(mod(n\\,300))',
    'scale=1280:720:flags=bicubic:in_color_matrix=bt709:in_range=tv:out_color_matrix=smpte170m:out_range=pc',
    'setsar=1',
    'format=yuvj420p',
  ]);
  expect(captureArguments('capture0', { maxCaptures: 6, quality: 80 }, 'capture-%07d.jpg').join(' ')).toBe(
    '-frames:v 6 -map [capture0] -map_metadata -1 -map_chapters -1 -fflags +bitexact -fps_mode passthrough -c:v mjpeg -q:v 8 -start_number 0 -f image2 capture-%07d.jpg',
  );
});

test('tiles thumbnails on sheets, the first of which is discarded', () => {
  const sheets = { everyFrames: 30, thumbnail: { width: 240, height: 136 }, columns: 5, rows: 6 };
  expect(sheetFilters(sheets, ntsc, REC_709).slice(-3)).toEqual([
    'loop=loop=1:size=1:start=0',
    'tile=5x6:init_padding=29',
    'setpts=N*30030/30000/TB',
  ]);
  expect(sheetArguments('tiles0', 'tiles-%05d.jpg').slice(-7)).toEqual([
    '-q:v',
    '9',
    '-start_number',
    '0',
    '-f',
    'image2',
    'tiles-%05d.jpg',
  ]);
});
