import { openIndexFile } from '../../media/packaging/index/index-file.ts';
import type { SourceIndex } from '../../media/packaging/index/source-index.ts';
import { PackagingError, type PackagingErrorCode } from '../../media/packaging/packaging-error.ts';
import { type SourceIdentity, sourceIdentitySchema } from '../contracts/source-identity.ts';
import { KeptObjects, type KeptObjectsOptions } from './kept-objects.ts';

/** Maximum length of all indexes that a function keeps, bytes: those of some sixty hours of film. */
export const MAX_INDEX_BYTES = 64 * 1024 * 1024;

/** A stored index. */
export type OpenedIndex =
  | { readonly kind: 'usable'; readonly index: SourceIndex; readonly source: SourceIdentity }
  /** The index is in another version of the format or damaged, and must be made again from its source. */
  | { readonly kind: 'unusable'; readonly code: PackagingErrorCode; readonly message: string };

/** Opens an index. The identity in it is that of the source from which it was made. */
export function openIndex(bytes: Uint8Array): OpenedIndex {
  try {
    const index = openIndexFile(bytes);
    const source = sourceIdentitySchema.safeParse(parseJson(index.identity));
    if (source.success) return { kind: 'usable', index, source: source.data };
    return { kind: 'unusable', code: 'index_damaged', message: 'The index does not name the version of an object.' };
  } catch (error) {
    if (error instanceof PackagingError) return { kind: 'unusable', code: error.code, message: error.message };
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the indexes that a function keeps, by their keys. An unusable one is kept too, so that it is not read every time. */
export function keptIndexes(
  options: Omit<KeptObjectsOptions<OpenedIndex>, 'parse' | 'maxBytes'>,
): KeptObjects<OpenedIndex> {
  return new KeptObjects({ ...options, parse: openIndex, maxBytes: MAX_INDEX_BYTES });
}
