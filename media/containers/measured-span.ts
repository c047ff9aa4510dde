/** When a track plays, by the file's own index, in seconds of its own timeline. */
export interface MeasuredSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Minimum duration that any decoder makes of it, since decoders may differ. */
  readonly minSeconds: number;
  /** Latest end that a decoder may give it; undefined if unknown. */
  readonly maxSeconds: number | undefined;
}
