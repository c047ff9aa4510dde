import { writeInitSegment } from '../../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../../media/packaging/fmp4/media-segment.ts';
import type { IndexedTrack } from '../../media/packaging/index/source-index.ts';
import type { OpenedIndex } from '../just-in-time/kept-indexes.ts';
import { parsePackagerRequest } from './packager-request.ts';
import type { ReadRanges } from './read-ranges.ts';

/** Request of a viewer, as the edge forwards it. */
export interface SegmentCall {
  readonly method: string;
  /** Raw, not percent-decoded. */
  readonly path: string;
}

export interface SegmentResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Buffers to write one after another, at least one byte: a streamed response without a body never ends. */
  readonly body: readonly Uint8Array[];
}

export interface SegmentSources {
  /** Returns a published index, or undefined if there is none. @throws if storage fails */
  readonly findIndex: (key: string) => Promise<OpenedIndex | undefined>;
  readonly readRanges: ReadRanges;
}

const UNCACHED = { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' } as const;
/** Headers of a segment, which never changes: the edge and browsers keep it for a year. */
const CACHED = { 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' } as const;

/** https://www.iana.org/assignments/media-types/video/iso.segment, which has no counterpart for sound. */
const SEGMENT_TYPES: Readonly<Record<IndexedTrack['kind'], string>> = { video: 'video/iso.segment', audio: 'audio/mp4' };
const INIT_TYPES: Readonly<Record<IndexedTrack['kind'], string>> = { video: 'video/mp4', audio: 'audio/mp4' };

/**
 * Serves an init or media segment. All bytes of it are in memory before the response begins, so that nothing is sent after a
 * doubt. The index alone names the source. A HEAD request reads the index, but not the source. A preflight of a page on another
 * site succeeds for any path: the edge adds what it allows.
 *
 * @throws PackagingError, and whatever reading index and source throws
 */
export async function serveSegment({ method, path }: SegmentCall, sources: SegmentSources): Promise<SegmentResponse> {
  // 204 has no body by definition.
  if (method === 'OPTIONS') return respond(200, 'OK');
  if (method !== 'GET' && method !== 'HEAD') return respond(405, 'Method Not Allowed');
  const request = parsePackagerRequest(path);
  if (request === undefined) return respond(404, 'Not Found');
  const opened = await sources.findIndex(request.indexKey);
  if (opened === undefined) return respond(403, 'Forbidden');
  if (opened.kind === 'unusable') return respondUnavailable();
  const { index, source } = opened;
  const track = index.tracks[request.track];
  const isKnown = track !== undefined && (request.segment ?? 0) < index.plan.segments;
  if (!isKnown) return respond(404, 'Not Found');
  const types = request.segment === undefined ? INIT_TYPES : SEGMENT_TYPES;
  const head = { status: 200, headers: { ...CACHED, 'content-type': types[track.kind] } };
  if (method === 'HEAD') return { ...head, body: [Buffer.from('\n')] };
  const tracks = [request.track];
  if (request.segment === undefined) return { ...head, body: [writeInitSegment(index, tracks)] };
  const packaged = planFmp4Segment(index, { plan: index.plan, segment: request.segment, tracks });
  const read = await sources.readRanges(source, packaged.ranges);
  return { ...head, body: packaged.assemble(read) };
}

/** Returns the response while index or source cannot be read, which passes. */
export function respondUnavailable(): SegmentResponse {
  const { status, headers, body } = respond(503, 'Temporarily unavailable');
  return { status, headers: { ...headers, 'retry-after': '1' }, body };
}

/** Returns an uncached response with a text. */
export function respond(status: number, text: string): SegmentResponse {
  return { status, headers: { ...UNCACHED, 'content-type': 'text/plain; charset=utf-8' }, body: [Buffer.from(`${text}\n`)] };
}
