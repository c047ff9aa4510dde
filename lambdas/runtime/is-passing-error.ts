/**
 * Error names with which AWS services throttle, beside the statuses 429 and 503.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const THROTTLES: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyInvalidationsInProgress',
  'TooManyRequestsException',
]);

/**
 * Error names of a database that is resuming or failing over.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.troubleshooting.html
 */
const AWAY: ReadonlySet<string> = new Set(['DatabaseResumingException', 'DatabaseUnavailableException']);

/**
 * Returns whether an error, or one of its causes, only says to try again soon: AWS throttled a request, or the database is
 * resuming. It says nothing about the work.
 */
export function isPassingError(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (THROTTLES.has(at.name) || AWAY.has(at.name)) return true;
    const status: unknown = Object(Object(at).$metadata).httpStatusCode;
    if (status === 429 || status === 503) return true;
  }
  return false;
}
