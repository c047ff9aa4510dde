import type { ByteSource } from '../byte-source.ts';
import { type FrameTimes, inPresentationOrder } from '../frame-rate/frame-times.ts';
import { MAX_BLOCKS_PER_WINDOW, MAX_FRAMES_PER_WINDOW, WINDOW_BYTES, windowOffsets } from '../frame-rate/sample-windows.ts';
import { limitReads } from '../limit-reads.ts';
import { findCluster, visitBlocks } from './blocks.ts';
import type { Segment } from './segment.ts';
import type { MatroskaVideo } from './video-track.ts';

/** Limit of elements to visit in a window: of audio tracks, too. */
const MAX_ELEMENTS = 20_000;

/**
 * Reads the times of a track's blocks: all of them in a small file, else those of some seconds at the start, in the middle
 * and at the end. Files of browsers and many recorders state no frame rate elsewhere.
 */
export async function readBlockTimes(source: ByteSource, segment: Segment, video: MatroskaVideo): Promise<FrameTimes> {
  const end = Math.min(segment.end ?? source.size, source.size);
  const offsets = windowOffsets(video.firstCluster, end);
  const stretches: number[][] = [];
  let complete = offsets.length === 1;
  for (const [index, offset] of offsets.entries()) {
    const limited = limitReads(source, MAX_BLOCKS_PER_WINDOW * (offsets.length === 1 ? 2 : 1));
    // One request instead of one per block.
    const head = await limited.read(offset, WINDOW_BYTES);
    const start = index === 0 ? offset : findCluster(head, offset);
    if (start === undefined) continue;
    const times: number[] = [];
    const reachedEnd = await visitBlocks(limited, { start, end, maxElements: MAX_ELEMENTS }, ({ track, time }) => {
      if (track === video.number) times.push(time);
      return times.length < MAX_FRAMES_PER_WINDOW;
    });
    complete &&= reachedEnd;
    stretches.push(inPresentationOrder(times, { before: index > 0, after: !reachedEnd }));
  }
  return { ticksPerSecond: video.ticksPerSecond, stretches, complete };
}
