import { type EncodedIndex, openIndexFile, writeIndexFile } from './index/index-file.ts';
import { writeSegmentMeasures } from './playlists/segment-measures.ts';
import { planSegments } from './segments/plan-segments.ts';

/**
 * Writes an index with a plan of its segments and their measures.
 *
 * @throws PackagingError `segment_too_large`
 */
export function writePlannedIndex(index: Omit<EncodedIndex, 'plan'>, segmentSeconds: number): Uint8Array {
  const none = new Uint8Array();
  const unplanned = openIndexFile(writeIndexFile({ ...index, plan: { segmentSeconds, entries: none, measures: none } }));
  const plan = planSegments(unplanned, segmentSeconds);
  const measures = writeSegmentMeasures(unplanned, plan);
  return writeIndexFile({ ...index, plan: { segmentSeconds, entries: new Uint8Array(plan.view.buffer), measures } });
}
