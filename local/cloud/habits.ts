/**
 * AWS's unpleasant habits that the laptop copies, by service. By default they are deterministic and quick; `npm start --
 * --harsh` switches on the others. `docs/laptop.md` has a row for each.
 */
export interface Habits {
  /** Seed of everything random: `seededRandom(habits.seed, purpose)`. */
  readonly seed: number;
  readonly lambda: LambdaHabits;
  readonly rdsData: RdsDataHabits;
  readonly s3: S3Habits;
  readonly cloudFront: CloudFrontHabits;
  readonly mediaConvert: MediaConvertHabits;
  /** Habits in the delivery of MediaConvert's events. */
  readonly encoderEvents: EventHabits;
}

export interface MediaConvertHabits {
  /**
   * Share of the calls of CreateJob, GetJob and Probe that find the rate exceeded, and for how long all calls then get 429. AWS
   * documents the error, not the rate.
   * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
   */
  readonly throttling: { readonly share: number; readonly forMs: readonly [number, number] };
  /**
   * Shortest and longest time that Probe takes on top of reading the file; AWS documents none.
   * https://docs.aws.amazon.com/mediaconvert/latest/apireference/probe.html
   */
  readonly probeMs: readonly [number, number];
  /**
   * Shortest and longest time for which a job stays SUBMITTED, as if the account used up its concurrent jobs.
   * https://docs.aws.amazon.com/mediaconvert/latest/ug/working-with-on-demand-queues.html
   */
  readonly submittedMs: readonly [number, number];
  /**
   * Possible numbers of a job's first frame capture. AWS's example counts from 1 and ends with the number of images.
   * https://docs.aws.amazon.com/mediaconvert/latest/ug/file-group-with-frame-capture-output.html
   */
  readonly firstCaptures: readonly number[];
}

export interface EventHabits {
  /**
   * Shortest and longest time before an event is delivered; for a duplicate, once more.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
   */
  readonly lateMs: readonly [number, number];
  /**
   * Share of events that are delivered twice, since services send them at least once.
   * https://docs.aws.amazon.com/eventbridge/latest/ref/event-delivery-level.html
   */
  readonly duplicateShare: number;
  /**
   * Share of events that are never delivered, as after a day without success.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
   */
  readonly missingShare: number;
}

export interface RdsDataHabits {
  /**
   * Shortest and longest time that a paused cluster takes to resume.
   * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
   */
  readonly resumeMs: readonly [number, number];
}

export interface S3Habits {
  /**
   * Share of requests that get 503 `SlowDown`, from 0 to 1. S3 sends it while it adapts to a higher rate of requests. The
   * operator's own requests are spared.
   * https://docs.aws.amazon.com/whitepapers/latest/s3-optimizing-performance-best-practices/timeouts-and-retries-for-latency-sensitive-applications.html
   */
  readonly slowDownShare: number;
}

export interface CloudFrontHabits {
  /**
   * Shortest and longest time for which an invalidation is in progress.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation_Requests.html
   */
  readonly invalidationMs: readonly [number, number];
  /** When an invalidation removes what the edge keeps: with its request, or only as it completes. */
  readonly invalidationEffect: 'at once' | 'at the end';
  /** Share of invalidations that take effect, but stay in progress for ten minutes, and so keep others waiting. */
  readonly stuckInvalidations: number;
  /**
   * Share of requests for an invalidation that get `TooManyInvalidationsInProgress`, as if others took all places.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
   */
  readonly refusedInvalidations: number;
}

export interface LambdaHabits {
  /**
   * Invocations of all functions that may run at once.
   * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
   */
  readonly accountConcurrency: number;
  /**
   * When Lambda retries a batch of a queue that it has throttled: as soon as it can run, or after growing, random pauses,
   * which AWS does not document. It stops at the end of the visibility timeout either way.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-backoff-strategy
   */
  readonly throttledBatches: 'wait' | 'back off';
  /**
   * Duration of the sessions whose credentials functions get. AWS documents none for Lambda, only that it need not follow
   * the role's setting; presigned URLs were seen to end after 12 hours. What a session has signed ends with it.
   * https://repost.aws/knowledge-center/presigned-url-s3-bucket-expiration
   * https://github.com/boto/boto3/issues/2392
   */
  readonly sessionMs: number;
}

/** Habits without `--harsh`. */
export const DEFAULT_HABITS: Habits = {
  seed: 0,
  // AWS's default quota. Whether a request finds 10 taken depends on the machine's speed, so tests would fail at random.
  lambda: { accountConcurrency: 1000, throttledBatches: 'wait', sessionMs: 12 * 3_600_000 },
  rdsData: { resumeMs: [2_000, 2_000] },
  s3: { slowDownShare: 0 },
  cloudFront: {
    invalidationMs: [2_000, 2_000],
    invalidationEffect: 'at once',
    stuckInvalidations: 0,
    refusedInvalidations: 0,
  },
  mediaConvert: { throttling: { share: 0, forMs: [0, 0] }, probeMs: [0, 0], submittedMs: [0, 0], firstCaptures: [0] },
  encoderEvents: { lateMs: [0, 0], duplicateShare: 0, missingShare: 0 },
};

/** Returns the habits of `--harsh`: those of a new account on a bad day. */
export function harshHabits(seed: number): Habits {
  return {
    seed,
    // An hour is the default duration of a role's sessions, and less than four times Lambda's longest timeout.
    lambda: { accountConcurrency: 10, throttledBatches: 'back off', sessionMs: 3_600_000 },
    rdsData: { resumeMs: [15_000, 40_000] },
    s3: { slowDownShare: 0.02 },
    cloudFront: {
      invalidationMs: [2_000, 20_000],
      invalidationEffect: 'at the end',
      stuckInvalidations: 0.05,
      refusedInvalidations: 0.2,
    },
    mediaConvert: {
      throttling: { share: 0.1, forMs: [500, 8_000] },
      probeMs: [500, 4_000],
      submittedMs: [0, 5_000],
      firstCaptures: [0, 1],
    },
    encoderEvents: { lateMs: [0, 5_000], duplicateShare: 0.3, missingShare: 0.05 },
  };
}
