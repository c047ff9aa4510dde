import type { ObjectVersion } from '../store/object-version.ts';
import { s3Error } from '../store/s3-error.ts';
import { quoted, unquoted } from './exchange.ts';

/** Conditions of a read, as header texts. */
export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
}

/** `*` or a list of ETags; S3 takes them without quotes too. */
function matches(list: string, etag: string): boolean {
  return list.split(',').some((candidate) => {
    const given = unquoted(candidate.trim().replace(/^W\//, ''));
    return given === '*' || given === etag;
  });
}

/** Whole seconds, as HTTP dates count; undefined if it is no date, which makes the condition as if it were not there. */
function seconds(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

/** The first condition that does not hold. https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2 */
function failing(
  { etag, lastModified }: ObjectVersion,
  { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: ReadConditions,
): 'If-Match' | 'If-Unmodified-Since' | 'If-None-Match' | 'If-Modified-Since' | undefined {
  const modified = Math.floor(lastModified.getTime() / 1000);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, etag)) return 'If-Match';
  } else {
    const limit = seconds(ifUnmodifiedSince);
    if (limit !== undefined && modified > limit) return 'If-Unmodified-Since';
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, etag) ? 'If-None-Match' : undefined;
  const since = seconds(ifModifiedSince);
  return since !== undefined && modified <= since ? 'If-Modified-Since' : undefined;
}

/** @throws ApiError `PreconditionFailed` or `NotModified` */
export function checkReadConditions(version: ObjectVersion, conditions: ReadConditions): void {
  const condition = failing(version, conditions);
  if (condition === undefined) return;
  if (condition === 'If-Match' || condition === 'If-Unmodified-Since') {
    throw s3Error('PreconditionFailed', { Condition: condition });
  }
  throw s3Error('NotModified', {}, { etag: quoted(version.etag), 'last-modified': version.lastModified.toUTCString() });
}

/** Of a copy's source, where every condition that does not hold is a failure. @throws ApiError `PreconditionFailed` */
export function checkCopyConditions(version: ObjectVersion, conditions: ReadConditions): void {
  const condition = failing(version, conditions);
  if (condition !== undefined) {
    throw s3Error('PreconditionFailed', { Condition: `x-amz-copy-source-${condition}` });
  }
}

/** Whether a range still applies: `If-Range` names the object as it is. */
export function rangeApplies(version: ObjectVersion, ifRange: string | undefined): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.trim().startsWith('"')) return unquoted(ifRange) === version.etag;
  return seconds(ifRange) === Math.floor(version.lastModified.getTime() / 1000);
}
