import type { ByteSource } from '../byte-source.ts';
import { findLastClusterEnd } from '../matroska/last-cluster.ts';
import { findSegment } from '../matroska/segment.ts';

/**
 * Returns the end of the first segment, which holds the whole video, or of its last cluster if the segment claims more than
 * the file has: RFC 9559, 4.5; sizes by RFC 8794, 6.
 */
export async function matroskaEnd(source: ByteSource): Promise<number | undefined> {
  const segment = await findSegment(source);
  if (segment?.end === undefined || segment.end <= source.size) return segment?.end;
  return (await findLastClusterEnd(source)) ?? segment.end;
}
