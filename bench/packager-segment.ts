import type { ByteSource } from '../media/byte-source.ts';
import { planFmp4Segment } from '../media/packaging/fmp4/media-segment.ts';
import type { SourceIndex } from '../media/packaging/index/source-index.ts';
import { writeStreamPlaylist } from '../media/packaging/playlists/media-playlist.ts';
import { writeFilmMpd } from '../media/packaging/playlists/mpd.ts';
import { writeFilmPlaylist } from '../media/packaging/playlists/multivariant-playlist.ts';
import { readSegmentMeasures } from '../media/packaging/playlists/segment-measures.ts';

export const IDENTITY = 'film';
const SEGMENT_BYTES = 3.9e6;

/** Returns the segment of the second half of a film whose video is closest to 3.9 MB. */
export function chooseSegment({ plan, measures }: SourceIndex): number {
  const distance = (segment: number): number =>
    Math.abs(readSegmentMeasures(measures, plan, 0, segment).fmp4Bytes - SEGMENT_BYTES);
  let best = Math.floor(plan.segments / 2);
  for (let segment = best; segment < plan.segments; segment += 1) if (distance(segment) < distance(best)) best = segment;
  return best;
}

/** Reads a segment of one track. @returns the buffers to send */
export async function segmentParts(
  index: SourceIndex,
  source: ByteSource,
  segment: number,
  track = 0,
): Promise<readonly Uint8Array[]> {
  const packaged = planFmp4Segment(index, { plan: index.plan, segment, tracks: [track] });
  return packaged.assemble(await Promise.all(packaged.ranges.map(({ offset, length }) => source.read(offset, length))));
}

/** Writes every playlist that players load: HLS in fragments and in transport streams, and DASH. */
export function writePlaylists(index: SourceIndex): readonly string[] {
  const positions = [...index.tracks.keys()];
  return [
    writeFilmPlaylist(index, 'fmp4'),
    ...positions.map((position) => writeStreamPlaylist(index, { container: 'fmp4', tracks: [position] })),
    writeFilmPlaylist(index, 'ts'),
    writeStreamPlaylist(index, { container: 'ts', tracks: positions }),
    writeFilmMpd(index),
  ];
}
