import { byteSourceOf } from '../../../../media/byte-source.ts';
import { buildIndex } from '../../../../media/packaging/build-index.ts';
import { writeInitSegment } from '../../../../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../../../../media/packaging/fmp4/media-segment.ts';
import { openIndexFile } from '../../../../media/packaging/index/index-file.ts';
import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { planTransportSegment } from '../../../../media/packaging/mpegts/transport-segment.ts';
import type { PackagedSegment, SegmentChoice } from '../../../../media/packaging/segments/packaged-segment.ts';
import { planSegments } from '../../../../media/packaging/segments/plan-segments.ts';

/** Makes and opens the index of a file in memory. */
export async function indexFile(file: Uint8Array, segmentSeconds = 2): Promise<SourceIndex> {
  return openIndexFile(await buildIndex(byteSourceOf(file), { identity: 'file', segmentSeconds }), 'file');
}

/** Makes all segments of a file as fragmented MP4, one after another, with the init segment first. */
export function packageAsFmp4(file: Uint8Array, index: SourceIndex, tracks: readonly number[] = index.tracks.map((_, position) => position)): Buffer {
  return Buffer.concat([writeInitSegment(index, tracks), ...segmentsOf(file, index, planFmp4Segment, tracks)]);
}

/** Makes all segments of a file as an MPEG-2 transport stream, one after another. */
export function packageAsTs(file: Uint8Array, index: SourceIndex, tracks?: readonly number[]): Buffer {
  return Buffer.concat(segmentsOf(file, index, planTransportSegment, tracks));
}

/** Makes the segments of a file. */
export function segmentsOf(
  file: Uint8Array,
  index: SourceIndex,
  planSegment: (index: SourceIndex, choice: SegmentChoice) => PackagedSegment,
  tracks?: readonly number[],
): Buffer[] {
  const plan = planSegments(index, index.plan.segmentSeconds);
  return Array.from({ length: plan.segments }, (_, segment) => {
    const packaged = planSegment(index, { plan, segment, ...(tracks === undefined ? {} : { tracks }) });
    return Buffer.concat(packaged.assemble(packaged.ranges.map(({ offset, length }) => file.subarray(offset, offset + length))));
  });
}
