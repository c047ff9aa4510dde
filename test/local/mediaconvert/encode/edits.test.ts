import { inspectSource } from '../../../../lambdas/transcode/inspect-source.ts';
import { planEncode } from '../../../../lambdas/transcode/plan-encode.ts';
import { byteSourceOf } from '../../../../media/byte-source.ts';
import { decodeAll, makeWithFfmpeg } from '../../../support/clips.ts';
import { withEdits } from '../../../support/media/edited-movie.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

let encoder: TestEncoder;
let whole: Buffer;

beforeAll(async () => {
  encoder = await TestEncoder.start();
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=25:d=3', '-f', 'lavfi', '-i', 'sine=r=48000:d=3'];
  // Frames after a cut depend on those before it, and the order of decoding is not that of presentation.
  whole = await makeWithFfmpeg('a.mp4', [...inputs, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '40', '-pix_fmt', 'yuv420p', '-c:a', 'aac']);
});
afterAll(() => encoder.end());

const SILENCE_ADDED = 240_000;

test.each<[string, Parameters<typeof withEdits>[1]]>([
  ['a trimmed end', [{ from: 0, seconds: 1 }]],
  ['a trimmed start and end', [{ from: 0.8, seconds: 1 }]],
  ['parts in another order', [{ from: 2, seconds: 1 }, { from: 0, seconds: 2 }]],
  ['parts in another order', [{ from: 1.5, seconds: 1.5 }, { from: 0, seconds: 1.5 }]],
  ['a gap between parts', [{ from: 0, seconds: 1 }, { seconds: 1.2 }, { from: 1, seconds: 2 }]],
])('encodes only what the edits of an MP4 present: %s, %j', async (_, parts) => {
  const bytes = withEdits(whole, parts);
  const key = `edits-${JSON.stringify(parts).replaceAll(/\W/g, '')}`;
  await encoder.upload(key, bytes);
  const { facts } = await inspectSource(byteSourceOf(bytes), async () => (await encoder.probe(key)) ?? {});
  const request = encoder.requestFor(planEncode(facts, bytes.length, 1080), key, key);
  const { Status, Warnings = [] } = await encoder.waitForEnd(await encoder.submit(request));
  const hasGap = parts.some(({ from }) => from === undefined);
  expect([Status, ...Warnings.map(({ Code }) => Code)]).toEqual(['COMPLETE', ...(hasGap ? [SILENCE_ADDED] : [])]);
  const { streams } = await decodeAll(encoder.outputPath('index.m3u8', key));
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  expect(facts.durationMs).toBe(seconds * 1000);
  const ends = Object.fromEntries(streams.map(({ type, lastSeconds }) => [type, Math.abs(lastSeconds - seconds) < 0.1 || lastSeconds]));
  expect(ends).toEqual({ video: true, audio: true });
});
