import { UnreadablePlaylistError } from '../../media/unreadable-playlist-error.ts';
import { pointerSchema } from '../contracts/pointer.ts';
import { keptIndexes } from '../just-in-time/kept-indexes.ts';
import { KeptObjects, type KeptObjectsOptions } from '../just-in-time/kept-objects.ts';
import type { PlaylistObjects } from './find-playlist.ts';

/**
 * Maximum length of a playlist without signatures, characters. That of a day-long video in two-second segments has about 3 MB.
 * With signatures it is ten times as long, and compressed a third as long: 1.3 MB at most.
 */
export const MAX_TEXT_LENGTH = 4 * 1024 * 1024;

/** Maximum length of all pointers and of all playlists of encodes that a function keeps, bytes. */
const [MAX_POINTER_BYTES, MAX_TEXT_BYTES] = [8 * 1024 * 1024, 32 * 1024 * 1024];

/** Returns what a warm function keeps of the objects from which it makes playlists. */
export function keptPlaylistObjects(
  options: Pick<KeptObjectsOptions<unknown>, 'objects' | 'staleOnErrorMinutes' | 'reportStale' | 'now'>,
  requestIndex: PlaylistObjects['requestIndex'],
): PlaylistObjects {
  return {
    pointers: new KeptObjects({ ...options, parse: parsePointer, maxBytes: MAX_POINTER_BYTES }),
    indexes: keptIndexes(options),
    texts: new KeptObjects({ ...options, parse: parseText, maxBytes: MAX_TEXT_BYTES }),
    requestIndex,
  };
}

function parsePointer(bytes: Uint8Array) {
  return pointerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

function parseText(bytes: Uint8Array, key: string): string {
  if (bytes.length > MAX_TEXT_LENGTH) throw new UnreadablePlaylistError(`${key} has ${bytes.length} bytes.`);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
