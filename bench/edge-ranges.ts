import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PUBLISHED_TAG, videoPrefix } from '../lambdas/contracts/output-layout.ts';
import { requestPlayback } from '../local/cli/play.ts';
import { makeClip } from '../test/support/clips.ts';
import { startCloud, type BenchCloud } from './cloud.ts';
import { median } from './median.ts';
import { findNginx, startNginx } from './nginx.ts';
import { runRangeLoad, type RangeLoadResult } from './range-load.ts';
import type { BenchOptions, BenchRow } from './row.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { putTimedSource, waitUntilReady } from './uploads.ts';

const MIB = 1024 ** 2;
const LOAD = { sizeBytes: 128 * MIB, rangeBytes: MIB, connections: 8 } as const;
const CACHED_SECONDS = 3;
/** Minimum ratios to nginx, which checks no signature and uses sendfile. */
const CACHED_AIM = 0.5;
const UNCACHED_AIM = 0.3;

/** Measures signed range reads from the edge against nginx with the same file and no signatures. */
export async function* edgeRanges({ rounds, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  const program = findNginx();
  using directory = temporaryDirectory();
  await using nginx = await startNginx([program], directory.path);
  await using cloud = await startCloud();
  log('encoding a small clip to get a signature');
  const { videoId } = await waitUntilReady(
    cloud,
    'clip.mp4',
    await putTimedSource(cloud, 'clip.mp4', await makeClip()),
  );
  const signature = new URL((await requestPlayback(cloud.running, videoId)).hlsUrl).search;

  const [uncached, cached] = [new Comparison(), new Comparison()];
  for (let round = 1; round <= rounds; round += 1) {
    log(`ranges, round ${round} of ${rounds}`);
    const [name, body] = [`${round}.bin`, randomBytes(LOAD.sizeBytes)];
    const path = `${videoPrefix(videoId)}${name}`;
    await writeFile(join(directory.path, name), body);
    await publish(cloud, path, body);
    const edge = `${cloud.running.edgeUrl}/${path}${signature}`;
    const peer = `${nginx.url}/${name}`;
    const readOnce = (url: string) => runRangeLoad({ ...LOAD, url });
    const readRepeatedly = (url: string) => runRangeLoad({ ...LOAD, url, seconds: CACHED_SECONDS });
    uncached.add(await readOnce(edge), await readOnce(peer));
    await expectSameBytes(body, edge, peer);
    cached.add(await readRepeatedly(edge), await readRepeatedly(peer));
  }
  const ranges = `signed 1 MiB ranges from the edge, ${LOAD.connections} connections`;
  yield uncached.row(`${ranges}, not cached`, UNCACHED_AIM);
  yield cached.row(`${ranges}, cached`, CACHED_AIM);
}

/** Writes an object tagged as published, as the chain publishes its output. */
async function publish({ s3, outputBucket }: BenchCloud, key: string, body: Buffer): Promise<void> {
  const Tagging = new URLSearchParams({ [PUBLISHED_TAG.key]: PUBLISHED_TAG.value }).toString();
  await s3.send(new PutObjectCommand({ Bucket: outputBucket, Key: key, Body: body, Tagging }));
}

/** @throws Error unless every URL serves the bytes of `body` */
async function expectSameBytes(body: Buffer, ...urls: readonly string[]): Promise<void> {
  const [start, end] = [5 * MIB + 1, 6 * MIB];
  for (const url of urls) {
    const response = await fetch(url, { headers: { range: `bytes=${start}-${end}` } });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (!bytes.equals(body.subarray(start, end + 1))) throw new Error(`${new URL(url).pathname} serves wrong bytes`);
  }
}

class Comparison {
  readonly #edge: RangeLoadResult[] = [];
  readonly #nginx: RangeLoadResult[] = [];

  add(edge: RangeLoadResult, nginx: RangeLoadResult): void {
    this.#edge.push(edge);
    this.#nginx.push(nginx);
  }

  row(measure: string, minRatio: number): BenchRow {
    const [edge, nginx] = [requestsPerSecond(this.#edge), requestsPerSecond(this.#nginx)];
    return {
      measure,
      sluice: throughput(edge),
      peer: `nginx, unsigned: ${throughput(nginx)}`,
      ratio: edge / nginx,
      aim: { text: `ratio >= ${minRatio.toFixed(2)}`, met: edge / nginx >= minRatio },
    };
  }
}

function requestsPerSecond(results: readonly RangeLoadResult[]): number {
  return median(results.map(({ requests, seconds }) => requests / seconds));
}

function throughput(perSecond: number): string {
  return `${Math.round(perSecond)}/s, ${Math.round((perSecond * LOAD.rangeBytes) / 1e6)} MB/s`;
}
