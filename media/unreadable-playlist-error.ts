/** Thrown when an object is not the playlist that its name says. */
export class UnreadablePlaylistError extends Error {
  override readonly name = 'UnreadablePlaylistError';
  readonly code = 'playlist_unreadable';
}
