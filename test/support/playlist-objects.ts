import type { Pointer } from '../../lambdas/contracts/pointer.ts';
import type { OpenedIndex } from '../../lambdas/just-in-time/kept-indexes.ts';
import type { ObjectReader, PlaylistObjects } from '../../lambdas/playlist/find-playlist.ts';

/** Published objects of the playlist function by key. */
interface ObjectsByKey {
  readonly pointers?: ReadonlyMap<string, Pointer>;
  readonly indexes?: ReadonlyMap<string, OpenedIndex>;
  readonly texts?: ReadonlyMap<string, string>;
  readonly requestIndex?: PlaylistObjects['requestIndex'];
}

/** Returns objects that the playlist function reads from memory. @default no objects */
export function playlistObjects(objects: ObjectsByKey = {}): PlaylistObjects {
  const { pointers, indexes, texts, requestIndex = async () => undefined } = objects;
  return { pointers: readerOf(pointers), indexes: readerOf(indexes), texts: readerOf(texts), requestIndex };
}

function readerOf<Value>(values: ReadonlyMap<string, Value> = new Map()): ObjectReader<Value> {
  return { get: async (key) => values.get(key) };
}
