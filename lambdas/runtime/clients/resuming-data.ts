import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { waitWhileResuming } from '../database-resuming.ts';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Time limit of a call of the Data API, which responds after 45 seconds at the latest. */
const DATA_API_TIMEOUT_MS = 60_000;

/** Returns a client of the RDS Data API that waits while a paused cluster resumes. */
export function resumingDataClient(): RDSDataClient {
  const requestHandler = { requestTimeout: DATA_API_TIMEOUT_MS, throwOnRequestTimeout: true };
  return waitWhileResuming(new RDSDataClient({ maxAttempts: MAX_ATTEMPTS, requestHandler }));
}
