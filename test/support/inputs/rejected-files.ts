import { makeAudioClip, makeClip } from '../clips.ts';
import type { RejectedKind } from './rejected-kinds.ts';

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

async function cutOff(...options: string[]): Promise<Buffer> {
  const mp4 = await makeClip(...options);
  return mp4.subarray(0, Math.floor(mp4.length * 0.6));
}

function playlist(path: string): string {
  return ['#EXTM3U', '#EXT-X-TARGETDURATION:10', '#EXTINF:10,', `file://${path}`, '#EXT-X-ENDLIST', ''].join('\n');
}

/**
 * Rejected files, all uploaded with an `.mp4` name.
 *
 * @param secretPath file that no upload may read
 */
export function rejectedFiles(secretPath: string): readonly RejectedKind[] {
  return [
    { topic: 'others', name: 'an empty file', refused: 'empty_file', make: async () => Buffer.alloc(0) },
    { topic: 'others', name: 'text renamed to .mp4', refused: 'not_a_video', make: async () => Buffer.from('Dear reader,\n'.repeat(500)) },
    { topic: 'others', name: 'an image', refused: 'not_a_video', make: async () => Buffer.from('ffd8ffe000104a46494600010100', 'hex') },
    { topic: 'others', name: 'MP4 with sound only', refused: 'no_video_track', make: makeAudioClip },
    { topic: 'others', name: 'an HLS playlist of local files', refused: 'playlist_not_media', make: async () => Buffer.from(playlist(secretPath)) },
    {
      topic: 'others',
      name: 'a DASH manifest',
      refused: 'playlist_not_media',
      make: async () => Buffer.from('<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
    },
    { topic: 'damage', name: 'an MP4 without its index', refused: 'missing_index', make: async () => withoutBoxes(await makeClip(), 'moov') },
    { topic: 'damage', name: 'an MP4 with truncated media data', refused: 'incomplete_file', make: () => cutOff('-movflags', 'faststart') },
    { topic: 'damage', name: 'an MP4 truncated before its index', refused: 'incomplete_file', make: () => cutOff() },
    { topic: 'damage', name: 'an MP4 whose media data is all zeros', refused: 'damaged_file', make: async () => withoutMediaData(await makeClip()) },
  ];
}
