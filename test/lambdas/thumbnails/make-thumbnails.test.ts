import { readFile } from 'node:fs/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { makeThumbnails } from '../../../lambdas/thumbnails/make-thumbnails.ts';
import { rational, valueOf } from '../../../media/rational.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { OUTPUT } from '../../support/chain/steps.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { tileBrightness } from '../../support/media/media-facts.ts';
import { TestEncoder } from '../../support/media/test-encoder.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

let encoder: TestEncoder;
beforeAll(async () => void (encoder = await TestEncoder.start()));
afterAll(() => encoder.end());

async function textOf(key: string): Promise<string> {
  const { Body } = await services.s3.send(new GetObjectCommand({ Bucket: services.outputBucket, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

async function put(key: string, body: Buffer | string): Promise<void> {
  await services.s3.send(new PutObjectCommand({ Bucket: services.outputBucket, Key: key, Body: body }));
}

/** Creates the thumbnails of the output below a prefix. @returns the storyboard's cues */
async function cuesOf(prefix: string, revisionId: string) {
  const { revision } = (await findRevision(services.database, revisionId))!;
  const location = { videoId: revision.videoId, revision: revision.number, attemptId: '' };
  const event = { detail: {} } as Parameters<typeof makeThumbnails>[2]['event'];
  await makeThumbnails(services.s3, services.outputBucket, { revision, location, prefix, event });
  const cue = /^([\d:.]+) --> ([\d:.]+)\n(.*)#xywh=(\d+),(\d+)/gm;
  const seconds = (time = ''): number => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return [...(await textOf(`${prefix}storyboard.vtt`)).matchAll(cue)].map(([, start, end, image = '', x, y]) => ({
    start: seconds(start), end: seconds(end), image, x: Number(x), y: Number(y),
  }));
}

let revisionId: string;
beforeAll(async () => void ({ revisionId } = await chain.startEncode('thumbnails.mp4', movie)));

/** Rates, numbers of frames, and frames from one thumbnail to the next. */
test.each([
  ['15/2', 150, 8],
  ['5/2', 50, 3],
  ['24000/1001', 72, 24],
  ['60000/1001', 181, 60],
])('at %s frames per second, every cue of %i frames shows the frame of its time', async (text, frames, everyFrames) => {
  const [numerator = 1, denominator] = text.split('/').map(Number);
  const frameRate = rational(numerator, denominator);
  const rate = valueOf(frameRate);
  const durationSeconds = frames / rate;
  const attemptId = `board${numerator}x${frames}`;
  const ramp = ['-f', 'lavfi', '-i', `color=black:s=64x48:r=${text},geq=lum=40+N:cb=128:cr=128`, '-frames:v', String(frames)];
  await encoder.upload(attemptId, await makeWithFfmpeg('a.mp4', [...ramp, '-c:v', 'libx264', '-qp', '4', '-pix_fmt', 'yuv420p']));
  const id = await encoder.submit(encoder.request(attemptId, { width: 64, height: 48, frameRate, durationSeconds }, attemptId));
  expect(await encoder.waitForEnd(id)).toMatchObject({ Status: 'COMPLETE' });
  const prefix = `${attemptId}/`;
  for (const name of (await encoder.outputs(attemptId)).filter((file) => file.includes('.')))
    await put(`${prefix}${name}`, await readFile(encoder.outputPath(name, attemptId)));

  const cues = await cuesOf(prefix, revisionId);
  expect(cues).toHaveLength(Math.ceil(frames / everyFrames));
  expect(cues.at(-1)?.end).toBeCloseTo(durationSeconds, 2);
  const columns = Number(/LAYOUT=(\d+)x/.exec(await textOf(`${prefix}index_thumbnails.m3u8`))?.[1]);
  const sheets = new Map<string, number[]>();
  for (const image of new Set(cues.map((cue) => cue.image)))
    sheets.set(image, await tileBrightness(encoder.outputPath(image, attemptId), { width: 64, height: 48, columns }));
  for (const { start, image, x, y } of cues) {
    const frame = Math.round(start * rate);
    expect(Math.abs((sheets.get(image)?.[(y / 48) * columns + x / 64] ?? 0) - ((40 + frame - 16) * 255) / 219)).toBeLessThan(3);
  }
});

test('reads the images and their interval from the playlist, also if it rounds to whole seconds', async () => {
  const prefix = 'rounded/';
  for (const [name, text] of Object.entries(OUTPUT)) await put(`${prefix}${name}`, text ?? '');
  await put(`${prefix}index.m3u8`, `${(OUTPUT['index.m3u8'] ?? '').replace('25.000', '29.970')}#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,RESOLUTION=80x44,URI="images.m3u8"\n`);
  await put(`${prefix}index_180p.m3u8`, (OUTPUT['index_180p.m3u8'] ?? '').replace('EXTINF:2.0', 'EXTINF:12.012'));
  const tiles = '#EXT-X-TILES:RESOLUTION=80x44,LAYOUT=2x1,DURATION=5';
  await put(`${prefix}images.m3u8`, `#EXTM3U\n#EXT-X-IMAGES-ONLY\n#EXTINF:10,\n${tiles}\nfirst.jpg\n#EXTINF:10,\n${tiles}\nsecond.jpg\n#EXT-X-ENDLIST\n`);
  expect(await cuesOf(prefix, revisionId)).toEqual([
    { start: 0, end: 5.005, image: 'first.jpg', x: 0, y: 0 },
    { start: 5.005, end: 10.01, image: 'first.jpg', x: 80, y: 0 },
    { start: 10.01, end: 12.012, image: 'second.jpg', x: 0, y: 0 },
  ]);
});

test('lays out the images as planned if no playlist describes them', async () => {
  const prefix = 'unlisted/';
  for (const [name, text] of Object.entries(OUTPUT)) await put(`${prefix}${name}`, text ?? '');
  expect(await cuesOf(prefix, revisionId)).toMatchObject([
    { start: 0, end: 1, image: 'index_thumbnails_00001.jpg', x: 0 },
    { start: 1, end: 2, image: 'index_thumbnails_00001.jpg' },
  ]);
});
