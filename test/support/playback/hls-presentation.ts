import { parse, setOptions, types } from 'hls-parser';
import { readTrackBytes, type TrackBytes } from './track-bytes.ts';

/** Media playlist with the file that holds its segments. */
export interface HlsRendition {
  readonly playlist: types.MediaPlaylist;
  readonly text: string;
  readonly bytes: TrackBytes;
}

/** Everything reachable from a signed HLS URL. */
export interface HlsPresentation {
  readonly multivariant: types.MasterPlaylist;
  /** Renditions by file name, such as `index_360p.m3u8`. */
  readonly renditions: ReadonlyMap<string, HlsRendition>;
}

/** Returns the file name of a signed URI. */
export function fileNameOf(uri: string): string {
  return uri.split('?')[0]?.split('/').at(-1) ?? '';
}

/** @throws Error for a playlist that hls-parser rejects in strict mode, or a file that is not served */
export async function readHls(hlsUrl: string): Promise<HlsPresentation> {
  setOptions({ strictMode: true });
  const multivariant = parse(await fetchText(hlsUrl));
  if (!(multivariant instanceof types.MasterPlaylist))
    throw new Error('The signed URL does not serve a multivariant playlist.');
  const audioUris = multivariant.variants.flatMap(({ audio }) => audio.map(({ uri = '' }) => uri));
  const uris = new Map(
    [...multivariant.variants.map(({ uri }) => uri), ...audioUris].map((uri) => [fileNameOf(uri), uri]),
  );
  const renditions = await Promise.all(
    [...uris].map(async ([name, uri]) => [name, await readRendition(new URL(uri, hlsUrl))] as const),
  );
  return { multivariant, renditions: new Map(renditions) };
}

async function readRendition(url: URL): Promise<HlsRendition> {
  const text = await fetchText(url);
  const playlist = parse(text);
  if (!(playlist instanceof types.MediaPlaylist))
    throw new Error(`${fileNameOf(url.pathname)} is not a media playlist.`);
  const files = new Set(playlist.segments.flatMap(({ uri, map }) => [uri, map.uri ?? '']));
  const [file = '', ...others] = files;
  if (others.length > 0) throw new Error(`${fileNameOf(url.pathname)} refers to more than one file.`);
  return { playlist, text, bytes: readTrackBytes(await fetchBytes(new URL(file, url))) };
}

export async function fetchBytes(url: string | URL): Promise<Uint8Array> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${fileNameOf(String(url))} is served with status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function fetchText(url: string | URL): Promise<string> {
  return new TextDecoder().decode(await fetchBytes(url));
}
