import { open } from 'node:fs/promises';
import { findSegment } from '../../../media/matroska/segment.ts';
import { readSegmentHead } from '../../../media/matroska/tracks.ts';
import { type Orientation, orientationOf, UPRIGHT } from '../../../media/orientation.ts';
import type { LocalMedia, ProbedFile, ProbedStream } from './ffprobe.ts';
import { fileSource } from '../file-source.ts';
import { videoStreams } from './stream-facts.ts';

/**
 * Adds the orientation of video streams in Matroska: ffprobe reads projections only since version 6.1. Laptop encoder.
 */
export async function addProjections(media: LocalMedia, probed: ProbedFile | undefined): Promise<ProbedFile | undefined> {
  if (probed === undefined || media.demuxer !== 'matroska') return probed;
  const orientations = await readProjections(media.path);
  const videos = videoStreams(probed);
  return {
    ...probed,
    streams: probed.streams.map((stream) => {
      const orientation = orientations[videos.indexOf(stream)];
      return orientation === undefined ? stream : { ...stream, orientation };
    }),
  };
}

/** Returns the orientation of each video track, in file order. */
async function readProjections(path: string): Promise<readonly (Orientation | undefined)[]> {
  const file = await open(path);
  try {
    const source = fileSource(file, (await file.stat()).size);
    const segment = await findSegment(source);
    const head = segment && (await readSegmentHead(source, segment));
    return (head?.tracks ?? []).filter(({ kind }) => kind === 'video').map(({ orientation }) => orientation);
  } finally {
    await file.close();
  }
}

/**
 * Returns how a player shows a stream by its container; as stored if that is not one of the eight orientations. Ignores display
 * orientation SEI messages (ITU-T H.264, D.2.27): MediaConvert documents only the rotation metadata of MP4 and QuickTime.
 */
export function streamOrientation({ orientation, side_data_list: sides = [] }: ProbedStream): Orientation {
  const text = sides.find(({ displaymatrix }) => displaymatrix !== undefined)?.displaymatrix ?? '';
  const rows = [...text.matchAll(/\d{8}:\s+(-?\d+)\s+(-?\d+)\s+-?\d+/g)].map(([, ...row]) => row.map(Number));
  const [[a = 1, b = 0] = [], [c = 0, d = 1] = []] = rows;
  return orientation ?? orientationOf({ a, b, c, d }) ?? UPRIGHT;
}
