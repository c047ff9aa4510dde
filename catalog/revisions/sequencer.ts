const DIGITS = 64;

/**
 * S3's sequencer in a form whose text orders the events of one key: the shorter of two is padded with zeros.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function comparableSequencer(sequencer: string): string {
  return sequencer.toLowerCase().padStart(DIGITS, '0');
}
