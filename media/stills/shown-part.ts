/** Span of the source's picture in a video, in seconds, between any black frames that pad it. */
export interface ShownPart {
  readonly startSeconds: number;
  readonly endSeconds: number;
}
