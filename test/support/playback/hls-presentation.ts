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
  /** Variants in the order of the multivariant playlist. */
  readonly variants: readonly types.Variant[];
  /** Variants of key frames only. */
  readonly keyFrameVariants: readonly types.Variant[];
  /** Renditions by file name, such as `index_360p.m3u8`. */
  readonly renditions: ReadonlyMap<string, HlsRendition>;
  /** Renditions of key frames, by file name. */
  readonly keyFrames: ReadonlyMap<string, HlsRendition>;
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
  const [keyFrameVariants, variants] = [true, false].map((wanted) =>
    multivariant.variants.filter(({ isIFrameOnly }) => isIFrameOnly === wanted),
  ) as [types.Variant[], types.Variant[]];
  const audioUris = variants.flatMap(({ audio }) => audio.map(({ uri = '' }) => uri));
  const read = async (uris: readonly string[]): Promise<ReadonlyMap<string, HlsRendition>> => {
    const byName = new Map(uris.map((uri) => [fileNameOf(uri), uri]));
    return new Map(await Promise.all(
      [...byName].map(async ([name, uri]) => [name, await readRendition(new URL(uri, hlsUrl))] as const),
    ));
  };
  return {
    variants,
    keyFrameVariants,
    renditions: await read([...variants.map(({ uri }) => uri), ...audioUris]),
    keyFrames: await read(keyFrameVariants.map(({ uri }) => uri)),
  };
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
