const DIGITS = 64;

/**
 * Pads S3's sequencer with zeros, so that comparing text orders the events of one key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function comparableSequencer(sequencer: string): string {
  return sequencer.toLowerCase().padStart(DIGITS, '0');
}
