import type { InputKind } from './input-kind.ts';

/** Object name under test, with its key. */
export interface NamedKind extends InputKind {
  readonly key: string;
}

function accepted(name: string, key: string): NamedKind {
  return { topic: 'names', name, key };
}

/** Keys under which a video becomes ready. */
export const OBJECT_KEYS: readonly NamedKind[] = [
  accepted('spaces', 'with spaces.mp4'),
  accepted('characters that URLs escape', 'a+b&c=d%20e%.mp4'),
  accepted('quotes and angle brackets', `quotes ' " and <angles>.mp4`),
  accepted('folders and other scripts', 'any/key 한글.mp4'),
  accepted('emoji, and letters with accents', '🎬/été/видео.mp4'),
  accepted('empty folder names', 'empty//parts///inside.mp4'),
  accepted('a slash at the start', '/leading-slash.mp4'),
  accepted('dots as folder names', '../up/./and/..'),
  accepted('no extension', 'no-extension'),
  accepted('punctuation', '#?;:@,$!*().mp4'),
];

/** Object that gets no video, with its content. */
export interface IgnoredObject extends NamedKind {
  readonly content: Buffer;
}

function ignored(name: string, key: string, content: Buffer = Buffer.alloc(0)): IgnoredObject {
  return { topic: 'names', name, key, content, ignored: true };
}

/** Objects that stay in the bucket, without a video. */
export const IGNORED_OBJECTS: readonly IgnoredObject[] = [
  ignored('an empty object that marks a folder', 'folder/'),
  ignored('a folder marker of Hadoop', 'logs_$folder$'),
  ignored('folder view settings on macOS', '.DS_Store', Buffer.from('Bud1')),
  ignored('file attributes on macOS', 'trip/._movie.mp4', Buffer.from('00051607', 'hex')),
  ignored('folder thumbnails on Windows', 'trip/Thumbs.db', Buffer.from('d0cf11e0', 'hex')),
];
