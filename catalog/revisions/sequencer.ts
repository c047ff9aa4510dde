const DIGITS = 64;

/**
 * Pads S3's sequencer with zeros on the right, as S3 compares sequencers of different lengths, so that comparing text orders
 * the events of one key. Sequencers that an earlier version padded on the left are lower than any other.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function comparableSequencer(sequencer: string): string {
  return sequencer.toLowerCase().padEnd(DIGITS, '0');
}
