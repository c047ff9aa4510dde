/** An attempt to encode a revision that failed and was followed by another. */
export interface FailedAttempt {
  readonly attemptId: string;
  /** End code that the failure would have caused without a retry, or warning about the sound that the next attempt leaves out. */
  readonly code: string;
  readonly message: string;
  /** ISO 8601. */
  readonly failedAt: string;
  /** Time from which the next attempt starts, ISO 8601. */
  readonly nextAt: string;
  /** Sound tracks, by the encoder's numbers, if sound made the attempt fail. */
  readonly sound?: {
    /** Tracks, at least one of which could not be decoded. */
    readonly suspects: readonly number[];
    /** All tracks that the next attempt leaves out. */
    readonly leftOut: readonly number[];
  };
}
