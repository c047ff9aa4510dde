import { BodyDigests } from './body-digests.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { FileSegment, SegmentFiles } from './segment-files.ts';

/** Body on disk that does not belong to an object yet. */
export interface WrittenBody {
  readonly segments: FileSegment[];
  readonly sizeBytes: number;
  readonly md5: Buffer;
  /** Checksums in Base64. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/**
 * Streams a body to disk and computes its digests.
 *
 * @param check throws to reject the body, which is then removed
 */
export async function writeBody(
  files: SegmentFiles,
  body: AsyncIterable<Buffer>,
  algorithms: Iterable<ChecksumAlgorithm>,
  check: (written: WrittenBody) => void = () => undefined,
): Promise<WrittenBody> {
  const digests = new BodyDigests(algorithms);
  const segment = await files.write(body, digests.update);
  const segments = segment === undefined ? [] : [segment];
  const written = { segments, sizeBytes: segment?.size ?? 0, ...digests.finish() };
  try {
    check(written);
  } catch (error) {
    await files.removeLoose(segments);
    throw error;
  }
  return written;
}
