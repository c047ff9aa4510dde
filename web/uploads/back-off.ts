/** Tries of one part, or of one question to the API, before the file is given up until the person says so. */
export const MOST_TRIES = 8;

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * Milliseconds before the next try: doubling, with half of it left to chance so that parts that failed together do not
 * come again together.
 *
 * @param tries made already, from 1
 * @param chance from 0 to 1
 */
export const backOffMs = (tries: number, chance: number = Math.random()): number => {
  const longest = Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS);
  return longest / 2 + (longest / 2) * chance;
};

/** What a bucket's answer means for a part. */
export type PartFate = 'sent' | 'again' | 'again-with-new-url' | 'refused';

/**
 * 403 is what S3 answers to a URL that has expired.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const fateOfPart = (status: number): PartFate => {
  if (status >= 200 && status < 300) return 'sent';
  if (status === 403) return 'again-with-new-url';
  if (status === 0 || status === 408 || status === 429 || status >= 500) return 'again';
  return 'refused';
};
