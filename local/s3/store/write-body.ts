import { BodyDigests } from './body-digests.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { FileSegment, SegmentFiles } from './segment-files.ts';

/** A body on disk that no object owns yet. */
export interface WrittenBody {
  readonly segments: FileSegment[];
  readonly sizeBytes: number;
  readonly md5: Buffer;
  /** Base64. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/**
 * Streams a body to disk, its digests computed on the way.
 *
 * @param check throws to refuse what has arrived; nothing of it is left then
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
