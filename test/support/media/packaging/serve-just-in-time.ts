import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ByteSource } from '../../../../media/byte-source.ts';
import { writeInitSegment } from '../../../../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../../../../media/packaging/fmp4/media-segment.ts';
import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { planTransportSegment } from '../../../../media/packaging/mpegts/transport-segment.ts';
import { readClip } from '../../../../media/packaging/playlists/clip.ts';
import type { PlaylistOptions } from '../../../../media/packaging/playlists/film.ts';
import { writeStreamPlaylist } from '../../../../media/packaging/playlists/media-playlist.ts';
import { writeFilmMpd } from '../../../../media/packaging/playlists/mpd.ts';
import { writeFilmPlaylist } from '../../../../media/packaging/playlists/multivariant-playlist.ts';
import { readStreamAddress } from '../../../../media/packaging/playlists/stream-address.ts';

/** A film to package while it is played. */
export interface ServedFilm {
  readonly source: ByteSource;
  readonly index: SourceIndex;
  /** Changes the init segments. */
  readonly changeInit?: (init: Buffer) => Buffer;
}

/** Playlist of a film: HLS with fragments or with transport streams, or DASH. */
export type PlaylistType = 'm3u8' | 'ts.m3u8' | 'mpd';

export interface JustInTimeServer {
  /**
   * Returns the address of a film's playlist.
   *
   * @param query parameters that state a clip. @default the whole film
   */
  urlOf(name: string, type?: PlaylistType, query?: string): string;
  close(): Promise<void>;
}

/** Serves films on a free port, from their indexes and byte ranges of their sources. */
export async function serveJustInTime(films: ReadonlyMap<string, ServedFilm>): Promise<JustInTimeServer> {
  const answer = async ({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const [, name = '', file = ''] = pathname.split('/').map(decodeURIComponent);
    const film = films.get(name);
    const body = film && (await fileOf(film, file, { clip: readClip(Object.fromEntries(searchParams)) }));
    response.writeHead(body === undefined ? 404 : 200, { 'access-control-allow-origin': '*' }).end(body);
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (name, type = 'm3u8', query = '') => `http://127.0.0.1:${port}/${encodeURIComponent(name)}/index.${type}${query && `?${query}`}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => void server.close(closed));
    },
  };
}

async function fileOf(film: ServedFilm, address: string, options: PlaylistOptions): Promise<Uint8Array | string | undefined> {
  const { source, index, changeInit = (init) => init } = film;
  if (address === 'index.m3u8') return writeFilmPlaylist(index, 'fmp4', options);
  if (address === 'index.ts.m3u8') return writeFilmPlaylist(index, 'ts', options);
  if (address === 'index.mpd') return writeFilmMpd(index, options);
  const file = readStreamAddress(address);
  if (file === undefined) return undefined;
  const { container, tracks } = file.stream;
  if (file.kind === 'playlist') return writeStreamPlaylist(index, file.stream, options);
  if (file.kind === 'init') return changeInit(Buffer.from(writeInitSegment(index, tracks)));
  const planSegment = container === 'fmp4' ? planFmp4Segment : planTransportSegment;
  const packaged = planSegment(index, { plan: index.plan, segment: file.number, tracks });
  const read = await Promise.all(packaged.ranges.map(({ offset, length }) => source.read(offset, length)));
  return Buffer.concat(packaged.assemble(read));
}
