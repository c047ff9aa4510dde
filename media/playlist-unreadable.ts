/** Thrown when an object is not the playlist that its name says. */
export class PlaylistUnreadable extends Error {
  override readonly name = 'PlaylistUnreadable';
  readonly code = 'playlist_unreadable';
}
