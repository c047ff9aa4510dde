import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { END_CODES, type EndCodeName } from '../../lambdas/contracts/end-codes.ts';
import { makeClip, makeAudioClip } from '../support/clips.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, waitForEnd } from '../support/uploads.ts';

const secretDirectory = mkdtempSync(join(tmpdir(), 'secret-'));
const secretFile = join(secretDirectory, 'secret.ts');
writeFileSync(secretFile, 'not for viewers');
afterAll(() => rmSync(secretDirectory, { recursive: true }));

/** Removes all boxes of a type from an MP4. */
function withoutBoxes(mp4: Buffer, type: string): Buffer {
  const kept: Buffer[] = [];
  for (let offset = 0; offset < mp4.length; ) {
    const size = mp4.readUInt32BE(offset);
    if (mp4.toString('latin1', offset + 4, offset + 8) !== type) kept.push(mp4.subarray(offset, offset + size));
    offset += size;
  }
  return Buffer.concat(kept);
}

/** Fills the media data with zeros and keeps the index. */
function withoutMediaData(mp4: Buffer): Buffer {
  const copy = Buffer.from(mp4);
  const start = copy.indexOf('mdat', 0, 'latin1');
  const size = copy.readUInt32BE(start - 4);
  return copy.fill(0, start + 4, start - 4 + size);
}

function playlist(path: string): string {
  return ['#EXTM3U', '#EXT-X-TARGETDURATION:10', '#EXTINF:10,', `file://${path}`, '#EXT-X-ENDLIST', ''].join('\n');
}

test.each<[string, EndCodeName, () => Promise<Buffer>]>([
  ['an empty file', 'empty_file', async () => Buffer.alloc(0)],
  ['text renamed to .mp4', 'not_a_video', async () => Buffer.from('Dear reader,\n'.repeat(500))],
  ['an MP4 without its index', 'missing_index', async () => withoutBoxes(await makeClip(), 'moov')],
  ['an MP4 with truncated media data', 'incomplete_file', async () => {
    const mp4 = await makeClip('-movflags', 'faststart');
    return mp4.subarray(0, Math.floor(mp4.length * 0.6));
  }],
  ['an MP4 truncated before its index', 'incomplete_file', async () => {
    const mp4 = await makeClip();
    return mp4.subarray(0, Math.floor(mp4.length * 0.6));
  }],
  ['an audio-only MP4', 'no_video_track', makeAudioClip],
  ['an MP4 whose media data is all zeros', 'damaged_file', async () => withoutMediaData(await makeClip())],
  ['an HLS playlist of local files', 'playlist_not_media', async () => Buffer.from(playlist(secretFile))],
  [
    'a DASH manifest',
    'playlist_not_media',
    async () => Buffer.from('<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
  ],
])('%s is rejected as %s', async (name, code, make) => {
  const cloud = sharedCloud();
  const key = `bad/${name}.mp4`;
  const upload = await waitForEnd(cloud, key, await putSource(cloud, key, await make()));

  expect(upload).toMatchObject({ status: 'rejected', code });
  expect(upload.message).toContain(END_CODES[code].message);
  const { KeyCount: outputs } = await cloud.s3.send(
    new ListObjectsV2Command({ Bucket: cloud.outputBucket, Prefix: `v/${upload.videoId}/` }),
  );
  expect(outputs).toBe(0);
});
