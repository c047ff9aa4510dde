import { S3Client } from '@aws-sdk/client-s3';
import { encodePrefix, indexKey, pointerKey } from '../../lambdas/contracts/output-layout.ts';
import type { Pointer } from '../../lambdas/contracts/pointer.ts';
import { RECHECK_SECONDS } from '../../lambdas/just-in-time/kept-objects.ts';
import { publishedObjects } from '../../lambdas/just-in-time/published-objects.ts';
import { keptPlaylistObjects } from '../../lambdas/playlist/playlist-objects.ts';
import { type PlaylistResponse, servePlaylist } from '../../lambdas/playlist/serve-playlist.ts';
import { encodeCopy } from '../../lambdas/signing/native-parameters.ts';
import { byteSourceOf } from '../../media/byte-source.ts';
import { buildIndex } from '../../media/packaging/build-index.ts';
import { type EdgeStorage, startEdgeStorage } from './local/edge-storage.ts';

export const NATIVE = 'Policy=eyJ_&Key-Pair-Id=K1ABC&Signature=MEUC~-&Hash-Algorithm=SHA256';
export const COPY = encodeCopy(NATIVE);

/** Identity of a source that no test reads. */
const SOURCE = JSON.stringify({ bucket: 'source', key: 'film.mp4', versionId: 'v1', etag: 'abc' });

/** Makes the index of a file, as the chain writes it. */
export function makeIndex(file: Uint8Array, segmentSeconds = 2): Promise<Uint8Array> {
  return buildIndex(byteSourceOf(file), { identity: SOURCE, segmentSeconds });
}

/** The playlist function's work on real storage. Each test should use a video of its own. */
export class PlaylistService {
  readonly storage: EdgeStorage;
  /** Requests for an index, as `<videoId>/<revision>`. */
  readonly requested: string[] = [];
  readonly stale: string[] = [];
  #nowMs = 0;
  readonly #objects: ReturnType<typeof keptPlaylistObjects>;

  private constructor(storage: EdgeStorage) {
    this.storage = storage;
    const kept = {
      objects: publishedObjects(new S3Client(storage.edge), storage.outputBucket),
      staleOnErrorMinutes: 60,
      reportStale: (key: string) => void this.stale.push(key),
      now: () => this.#nowMs,
    };
    this.#objects = keptPlaylistObjects(kept, async (videoId, revision) => void this.requested.push(`${videoId}/${revision}`));
  }

  static async start(): Promise<PlaylistService> {
    return new PlaylistService(await startEdgeStorage());
  }

  /** Lets everything that is kept become due for a check. */
  later(seconds = RECHECK_SECONDS + 1): void {
    this.#nowMs += seconds * 1_000;
  }

  point(videoId: string, pointer: Partial<Pointer>): Promise<void> {
    return this.storage.publish(pointerKey(videoId), JSON.stringify({ number: 1, target: null, previous: null, ...pointer }));
  }

  putIndex(videoId: string, revision: number, index: Uint8Array): Promise<void> {
    return this.storage.publish(indexKey({ videoId, revision }), index);
  }

  /** Puts the playlists of an encode. */
  async putEncode(videoId: string, revision: number, playlists: Readonly<Record<string, string>>): Promise<void> {
    const prefix = encodePrefix({ videoId, revision, attemptId: 'attempt00' });
    for (const [name, text] of Object.entries(playlists)) await this.storage.publish(`${prefix}${name}`, text);
  }

  /** Requests a path with a signature, and a query behind it. */
  serve(path: string, query = '', acceptEncoding = ''): Promise<PlaylistResponse> {
    const call = { method: 'GET', path, query: `t=${COPY}${query && `&${query}`}`, acceptEncoding };
    return servePlaylist(call, { objects: this.#objects, verifyCopy: () => true });
  }

  /** Returns status and body. */
  async fetch(path: string, query = ''): Promise<{ readonly status: number; readonly text: string }> {
    const { status, body } = await this.serve(path, query);
    return { status, text: body.toString() };
  }
}
