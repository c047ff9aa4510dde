/** Thrown when an object is not the kind of playlist, manifest or storyboard that its name indicates. */
export class UnreadablePlaylistError extends Error {
  override readonly name = 'UnreadablePlaylistError';
  readonly code = 'playlist_unreadable';
}
