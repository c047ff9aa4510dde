import {
  backoffMs,
  retryBriefly,
  retryIfNotStarted,
  retryThroughOutages,
  type FailedRequest,
} from '../../../web/api/retry-policy.ts';

function failure(code: string, status: number, retryAfterSeconds: number | null = null): FailedRequest {
  return {
    code,
    status,
    retryAfterSeconds,
  };
}

const offline = failure('offline', 0);

test('doubles the backoff up to 30 seconds, half of it random', () => {
  const waits = [1, 2, 3, 4, 5, 6, 9].map((attempts) => backoffMs(attempts, 1));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(backoffMs(3, 0)).toBe(2000);
});

describe('retry policies', () => {
  test('retry any request while the catalog resumes, after the delay it names', () => {
    const resuming = failure('catalog_resuming', 503, 15);
    for (const policy of [retryIfNotStarted, retryBriefly, retryThroughOutages]) {
      expect(policy(resuming, 1)).toBe(15_000);
      expect(policy(resuming, 12)).toBeNull();
    }
  });

  test('retry other errors only for idempotent requests, and never a rejection', () => {
    const broken = failure('internal_error', 500);
    expect(retryBriefly(broken, 1)).toBe(1000);
    expect(retryIfNotStarted(broken, 1)).toBeNull();
    for (const policy of [retryIfNotStarted, retryBriefly, retryThroughOutages]) {
      expect(policy(failure('forbidden', 403), 1)).toBeNull();
    }
  });

  test('retry an upload without limit while offline, but not after responses', () => {
    expect(retryThroughOutages(offline, 1000)).toBeLessThanOrEqual(30_000);
    expect(retryBriefly(offline, 3)).toBeNull();
    expect(retryThroughOutages(failure('internal_error', 500), 7)).not.toBeNull();
    expect(retryThroughOutages(failure('internal_error', 500), 8)).toBeNull();
  });

  test('never retry after too many uploads, which only the user can change', () => {
    expect(retryThroughOutages(failure('too_many_uploads', 429), 1)).toBeNull();
    expect(retryThroughOutages(failure('too_many_requests', 429), 1)).not.toBeNull();
  });
});
