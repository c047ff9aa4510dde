import { readStreamAddress, type StreamFile } from '../../media/packaging/playlists/stream-address.ts';
import { indexKey } from '../contracts/output-layout.ts';

/** Valid request for a file that is packaged just in time. */
export interface PackagerRequest {
  /** Key of the index in the output bucket. */
  readonly indexKey: string;
  /** Position of the track in the index. */
  readonly track: number;
  /** Number of the media segment, from 0; undefined for the init segment. */
  readonly segment: number | undefined;
}

/** `/v/<videoId>/<revision>/mp4hls/<file>`, whose file `readStreamAddress` checks. */
const PATH =
  /^\/v\/(?<videoId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(?<revision>[1-9]\d{0,8})\/mp4hls\/(?<file>[\w.-]{1,100})$/;

/**
 * Parses the path of a request for an init or media segment. Each segment has one path, so that the edge keeps it once:
 * fragmented MP4, one track, numbers without leading zeros.
 *
 * @param path raw, not percent-decoded
 * @returns undefined for any other path
 */
export function parsePackagerRequest(path: string): PackagerRequest | undefined {
  const { videoId, revision, file = '' } = PATH.exec(path)?.groups ?? {};
  const address = readStreamAddress(file);
  if (videoId === undefined || revision === undefined || address === undefined) return undefined;
  return requestOf(indexKey({ videoId, revision: Number(revision) }), address);
}

function requestOf(key: string, file: StreamFile): PackagerRequest | undefined {
  const { container, tracks } = file.stream;
  const [track, ...others] = tracks;
  if (file.kind === 'playlist' || container !== 'fmp4' || track === undefined || others.length > 0) return undefined;
  return { indexKey: key, track, segment: file.kind === 'segment' ? file.number : undefined };
}
