/**
 * Maximum number of warnings per revision. The rest are only logged: a row of the Data API holds 64 KiB.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html
 */
export const MAX_WARNINGS = 100;

/** A warning to users about a revision that becomes a video nonetheless. */
export interface SourceWarning {
  /** A code of the chain's closed list. */
  readonly code: string;
  /** Number of the affected track among tracks of its kind, from 1. */
  readonly track?: number;
  /** Start of the affected part, in milliseconds from the start of the video. */
  readonly startMs?: number;
  /** Duration of the affected part, in milliseconds. */
  readonly durationMs?: number;
}
