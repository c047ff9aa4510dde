import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ensureFfmpeg } from '../../local/cli/ffmpeg.ts';
import { sharedCloud, type CloudClients } from '../support/shared-cloud.ts';
import { put, uploadEnds, type UploadRow } from '../support/uploads.ts';

/** Real videos of many kinds, kept beside the checkout where they are at hand, with how each is to end. */
const folder = join(import.meta.dirname, '../../../shared/media');
const manifest = join(folder, 'MANIFEST.tsv');

const [, ...lines] = existsSync(manifest) ? readFileSync(manifest, 'utf8').trimEnd().split('\n') : [];
const kinds = lines.map((line) => {
  const columns = line.split('\t');
  return { name: columns[0] ?? '', exercises: columns[5] ?? '', end: columns[6] ?? '' };
});

interface Picture {
  readonly width: number;
  readonly height: number;
}

/** As a player shows it: rotated, and with square pixels. */
function displayedPicture(path: string): Picture {
  const answer = execFileSync(ensureFfmpeg(() => {}).ffprobePath, [
    '-v', 'quiet', '-of', 'json', '-select_streams', 'v',
    '-show_entries', 'stream=width,height,sample_aspect_ratio:stream_side_data=rotation', path,
  ]);
  const { streams } = JSON.parse(answer.toString()) as {
    streams: { width: number; height: number; sample_aspect_ratio?: string; side_data_list?: { rotation?: number }[] }[];
  };
  const [{ width, height, sample_aspect_ratio: aspect = '1:1', side_data_list: sides = [] } = { width: 0, height: 0 }] = streams;
  const [across = 1, down = 1] = aspect.split(':').map(Number);
  const squareWidth = across > 0 && down > 0 ? Math.round((width * across) / down) : width;
  const turned = sides.some(({ rotation = 0 }) => Math.abs(rotation) % 180 === 90);
  return turned ? { width: height, height: squareWidth } : { width: squareWidth, height };
}

async function rungsOf(cloud: CloudClients, { videoId, revision, attemptId }: UploadRow): Promise<Picture[]> {
  const { Body: body } = await cloud.s3.send(
    new GetObjectCommand({ Bucket: cloud.outputBucket, Key: `v/${videoId}/${revision}/${attemptId}/index.m3u8` }),
  );
  const playlist = (await body?.transformToString()) ?? '';
  const sizes = [...playlist.matchAll(/^#EXT-X-STREAM-INF:.*RESOLUTION=(\d+)x(\d+)/gm)].map(([, width, height]) => `${width} ${height}`);
  return [...new Set(sizes)].map((size) => {
    const [width = 0, height = 0] = size.split(' ').map(Number);
    return { width, height };
  });
}

const lengthsDiffer = (a: number, b: number): number => Math.abs(a - b) / Math.max(a, b);

if (kinds.length === 0) {
  test('there are no further videos beside this checkout', () => expect(existsSync(manifest)).toBe(false));
}

describe.each(kinds)('$name ($exercises)', ({ name, end }) => {
  test(`ends ${end}, with no rung above the source and none nearly like another`, async () => {
    const cloud = sharedCloud();
    const key = `kinds/${name}`;
    const upload = await uploadEnds(cloud, key, await put(cloud, key, readFileSync(join(folder, name))));
    const allowed = end.startsWith('ready or rejected') ? ['ready', 'rejected'] : [end];
    expect(allowed).toContain(upload.status);

    const rungs = upload.status === 'ready' ? await rungsOf(cloud, upload) : [];
    expect(rungs.length > 0).toBe(upload.status === 'ready');
    const source = upload.status === 'ready' ? displayedPicture(join(folder, name)) : { width: 0, height: 0 };
    for (const [index, rung] of rungs.entries()) {
      expect(rung.width).toBeLessThanOrEqual(source.width + 1);
      expect(rung.height).toBeLessThanOrEqual(source.height + 1);
      // Even sizes cannot keep a ratio exactly: two lines or columns of a small picture are a few percent.
      expect(lengthsDiffer(rung.width / rung.height, source.width / source.height)).toBeLessThan(0.04);
      for (const other of rungs.slice(index + 1)) expect(lengthsDiffer(rung.height, other.height)).toBeGreaterThan(0.1);
    }
  });
});
