import { BodyDigests } from './body-digests.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { StoredVersion } from './stored-version.ts';
import type { FileSegment, SegmentFiles } from './segment-files.ts';
import type { WrittenBody } from './write-body.ts';

/** Returns the segments of bytes `start` to `end`, both included. */
function sliceSegments(segments: readonly FileSegment[], start: number, end: number): FileSegment[] {
  const slices: FileSegment[] = [];
  let position = 0;
  for (const { id, offset, size } of segments) {
    const first = Math.max(start - position, 0);
    const last = Math.min(end - position, size - 1);
    if (first <= last) slices.push({ id, offset: offset + first, size: last - first + 1 });
    position += size;
  }
  return slices;
}

/**
 * Copies bytes `start` to `end`, both included, of a version by linking their files. The bytes are read only if their
 * digests are not yet known.
 */
export async function copyBytes(
  files: SegmentFiles,
  source: StoredVersion,
  start: number,
  end: number,
  algorithms: ReadonlySet<ChecksumAlgorithm>,
): Promise<WrittenBody> {
  // Linked before reading, because the source may be deleted in the meantime.
  const segments = await files.link(sliceSegments(source.segments, start, end));
  const sizeBytes = segments.reduce((sum, segment) => sum + segment.size, 0);
  const isWhole = sizeBytes === source.sizeBytes && source.parts === undefined;
  const known = new Map<ChecksumAlgorithm, string>();
  if (source.checksum?.type === 'FULL_OBJECT') known.set(source.checksum.algorithm, source.checksum.value);
  if (isWhole && [...algorithms].every((algorithm) => known.has(algorithm))) {
    return { segments, sizeBytes, md5: Buffer.from(source.etag, 'hex'), checksums: known };
  }
  const digests = new BodyDigests(algorithms);
  try {
    if (sizeBytes > 0) for await (const chunk of files.read(segments, 0, sizeBytes - 1)) digests.update(chunk);
  } catch (error) {
    await files.removeLoose(segments);
    throw error;
  }
  return { segments, sizeBytes, ...digests.finish() };
}
