import type { Digests } from './body-digests.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { FileSegment, SegmentFiles } from './segment-files.ts';

/** Body on disk that does not belong to an object yet. */
export interface WrittenBody extends Digests {
  readonly segments: FileSegment[];
  readonly sizeBytes: number;
}

/**
 * Streams a body to disk and computes its digests.
 *
 * @param check throws to reject the body, which is then removed
 */
export async function writeBody(
  files: SegmentFiles,
  body: AsyncIterable<Buffer>,
  algorithms: readonly ChecksumAlgorithm[],
  check: (written: WrittenBody) => void = () => undefined,
): Promise<WrittenBody> {
  const { segment, digests } = await files.write(body, algorithms);
  const segments = segment === undefined ? [] : [segment];
  const written = { segments, sizeBytes: segment?.size ?? 0, ...digests };
  try {
    check(written);
  } catch (error) {
    await files.removeLoose(segments);
    throw error;
  }
  return written;
}
