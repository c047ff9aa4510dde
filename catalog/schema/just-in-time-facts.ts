/** Level at which a source plays without an encode, and the reasons against a higher one: `docs/just-in-time.md`. */
export interface JustInTimeFacts {
  readonly level: 'everywhere' | 'page' | 'none';
  /** Codes of `docs/just-in-time.md`, each with a sentence for the owner of the video. */
  readonly reasons: readonly JustInTimeReason[];
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  /** Absent at level `none`. */
  readonly film?: FilmFacts;
}

export interface JustInTimeReason {
  readonly code: string;
  readonly message: string;
}

/** Facts that a player needs before it loads a source. */
export interface FilmFacts {
  readonly durationMs: number;
  /** Media type of each track that is played, with its `codecs` parameter (RFC 6381). */
  readonly mediaTypes: readonly string[];
  /** How to turn the stored picture: clockwise degrees, then mirrored left to right. */
  readonly orientation: { readonly rotation: 0 | 90 | 180 | 270; readonly mirrored: boolean };
}
