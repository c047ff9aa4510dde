import { readFileSync } from 'node:fs';
import { findDecodeWarnings } from '../../../../local/mediaconvert/encode/decode-warnings.ts';
import { makeWithFfmpeg } from '../../../support/clips.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

const STREAMS = {
  streams: [
    { index: 0, codec_type: 'video' },
    { index: 1, codec_type: 'audio' },
  ],
  format: {},
} as Parameters<typeof findDecodeWarnings>[1];

test.each([
  ['[error] Error while decoding stream #0:1: Invalid data found when processing input', 'mov', [[230_006, 1]]],
  ['[aist#0:1/aac @ 0x1] [dec:aac @ 0x2] [error] Error submitting packet to decoder: Invalid data', 'mpegts', [[230_006, 1]]],
  ['[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] [error] Error submitting packet to decoder: Invalid data', 'mov', [[230_008, 1]]],
  ['[h264 @ 0x1] [error] error while decoding MB 9 3, bytestream 832', 'mov', [[230_008, 1]]],
  ['[mpeg2video @ 0x1] [error] ac-tex damaged at 3 7', 'mpegts', []],
  ['[error] Error while decoding stream #0:0: Invalid data found when processing input', 'matroska', []],
  ['[matroska,webm @ 0x1] [error] File ended prematurely', 'matroska', [[220_000, 1]]],
  ['[mov @ 0x1] [error] stream 0, offset 0x30: partial file', 'mov', [[220_000, 1]]],
  ['[h264 @ 0x1] [error] mmco: unref short failure', 'mov', []],
  ['[error] Error while decoding stream #0:7: Invalid data found when processing input', 'mov', []],
  ['', 'mov', []],
])('the error %j of a %s file gives the warnings %j', (line, demuxer, expected) => {
  expect(findDecodeWarnings(line, STREAMS, demuxer)).toEqual(expected.map(([code, count]) => ({ code, count })));
});

test('equal errors are counted', () => {
  const line = 'Error while decoding stream #0:1: Invalid data found when processing input\n';
  expect(findDecodeWarnings(line.repeat(3), STREAMS, 'mov')).toEqual([{ code: 230_006, count: 3 }]);
});

/** Returns a file in which every tenth packet of one kind is noise. */
function damaged(kind: 'audio' | 'video'): Promise<Buffer> {
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:d=4', '-f', 'lavfi', '-i', 'sine=d=4'];
  const encoders = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '25', '-c:a', 'aac'];
  const noise = [`-bsf:${kind[0]}`, 'noise=amount=eq(mod(n\\,10)\\,5)'];
  return makeWithFfmpeg('damaged.mp4', [...sources, ...encoders, ...noise]);
}

describe('a job', () => {
  let encoder: TestEncoder;
  beforeAll(async () => void (encoder = await TestEncoder.start()));
  afterAll(() => encoder.end());

  test.each([
    ['audio', 230_006],
    ['video', 230_008],
  ] as const)('with damaged %s completes with the warning %i', async (kind, code) => {
    const attemptId = `${kind}000`;
    await encoder.upload(`${kind}.mp4`, await damaged(kind));
    const audioTracks = [{ channels: 1 }];
    const facts = { width: 320, height: 180, durationSeconds: 4, audioTracks };
    const id = await encoder.submit(encoder.request(`${kind}.mp4`, facts, attemptId));
    const ended = await encoder.waitForEnd(id);
    expect(ended).toMatchObject({ Status: 'COMPLETE', Warnings: [{ Code: code }] });
    expect(readFileSync(encoder.outputPath('index.m3u8', attemptId), 'utf8')).toContain('RESOLUTION=320x180');
  });
});
