/**
 * List prices of AWS in us-east-1, in US dollars, without free tiers, taxes and discounts: the only file with prices. What
 * an encode costs, the documents and the model of `npm run cost` all follow from it. Where sources disagree, it has the
 * dearer price, so that caps hold.
 */

/** Day on which the prices were last compared with the sources named beside them. */
export const PRICES_CHECKED = '2026-11-30';

/** Hours of a month, as AWS's own estimates count them. */
export const HOURS_PER_MONTH = 730;

/**
 * On-demand encoding: https://aws.amazon.com/mediaconvert/pricing/. An output is billed for its normalized minutes: its
 * duration, multiplied by a factor for each of its properties. The classes are those of AWS's usage reports:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/usage-report.html
 */
export const MEDIA_CONVERT = {
  /**
   * USD per normalized minute up to the first step of volume discounts. `IAD-Normalized-Transcode-Minute-Basic` is 0.0075 in
   * AWS's price list of 2026-09-29. Bills of the professional tier have 0.012 for SD and 0.024 for HD.
   * https://github.com/aws-solutions-library-samples/video-on-demand-on-aws/issues/90
   */
  normalizedMinute: { basic: 0.0075, professional: 0.012 },
  /** AVC by resolution; HD begins at 720 lines and ends at 1080. `IAD-B-AVC-HD-S-30` is 0.015 in the same price list. */
  resolution: { sd: 1, hd: 2, uhd: 4 },
  /**
   * Frame rates above 30 and up to 60 a second. A list of 2021 has 0.015, 0.03 and 0.06 for SD, HD and 4K in the basic tier,
   * twice the prices up to 30; an older one for Seoul has 1.25 times. The dearer one holds here.
   * https://gist.github.com/0xdeepmehta/2c2f548b19e29ed71e30492c1587770b
   */
  above30FramesPerSecond: 2,
  /**
   * Quality tuning. Multi-pass HQ is 0.042 for HD and 0.021 for SD in AWS's own estimate of August 2026, 1.75 times the
   * professional single pass; single-pass HQ was billed like a single pass of that tier.
   * "Guidance for Video on Demand on AWS Foundation", Cost.
   */
  quality: { SINGLE_PASS: 1, SINGLE_PASS_HQ: 1, MULTI_PASS_HQ: 1.75 },
  /** Minimum billed duration of an output, in seconds; longer ones are billed by the second. */
  minSeconds: 10,
} as const;

/** https://aws.amazon.com/s3/pricing/ and AWS's price list of 2026-09-29. */
export const S3 = {
  /** Standard storage per GB and month: the first 50 TB, the next 450 TB, and more. */
  storageGbMonth: [
    { upToGb: 50_000, usd: 0.023 },
    { upToGb: 500_000, usd: 0.022 },
    { upToGb: Infinity, usd: 0.021 },
  ],
  /** Per 1,000 PUT, COPY, POST and LIST requests. */
  write1000: 0.005,
  /** Per 1,000 GET and other requests. */
  read1000: 0.0004,
} as const;

/**
 * Delivery from locations in the United States and Europe, the dearest of price class 100; others cost up to twice as much.
 * https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/; steps from AWS's price list of 2026-08-31.
 */
export const CLOUDFRONT = {
  /** Transfer to viewers per GB, by the volume of a month. */
  transferGb: [
    { upToGb: 10_000, usd: 0.085 },
    { upToGb: 50_000, usd: 0.08 },
    { upToGb: 150_000, usd: 0.06 },
    { upToGb: 500_000, usd: 0.04 },
    { upToGb: 1_024_000, usd: 0.03 },
    { upToGb: 5_000_000, usd: 0.025 },
    { upToGb: Infinity, usd: 0.02 },
  ],
  /** Per 10,000 HTTPS requests, at the European price, which is higher than 0.0100 in the United States. */
  https10000: 0.012,
  /** Per 10,000 requests that reach an origin shield in the United States. */
  shield10000: 0.0075,
  /**
   * Flat-rate plans: USD a month for one distribution, its allowance of TB and of millions of requests, without charges
   * beyond. AWS may slow down traffic beyond the allowance, and sells more than the last plan by contract only.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/flat-rate-pricing-plan.html
   */
  flatRatePlans: [
    { name: 'Pro', usdMonth: 15, allowanceTb: 50, millionRequests: 10 },
    { name: 'Business', usdMonth: 200, allowanceTb: 50, millionRequests: 125 },
    { name: 'Premium', usdMonth: 1000, allowanceTb: 50, millionRequests: 500 },
    { name: 'Premium', usdMonth: 1450, allowanceTb: 75, millionRequests: 750 },
    { name: 'Premium', usdMonth: 2250, allowanceTb: 125, millionRequests: 1250 },
    { name: 'Premium', usdMonth: 3500, allowanceTb: 200, millionRequests: 2000 },
    { name: 'Premium', usdMonth: 6000, allowanceTb: 350, millionRequests: 3500 },
    { name: 'Premium', usdMonth: 10_000, allowanceTb: 600, millionRequests: 6000 },
  ],
} as const;

/** Price of a resource's existence, in USD a month unless it says otherwise. */
export const AT_REST = {
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secret: 0.4,
  /** A key of one's own: https://aws.amazon.com/kms/pricing/ */
  kmsKey: 1,
  /** Alarms at standard resolution, for each metric that one watches: https://aws.amazon.com/cloudwatch/pricing/ */
  alarmMetric: 0.1,
  compositeAlarm: 0.5,
  /** The first 10,000. A custom metric costs this only in hours with data. */
  customMetric: 0.3,
  dashboard: 3,
  /** Per million requests of a standard queue, each receive included: https://aws.amazon.com/sqs/pricing/ */
  millionQueueRequests: 0.4,
  /** Per capacity unit and hour of Aurora Serverless, standard storage: https://aws.amazon.com/rds/aurora/pricing/ */
  auroraUnitHour: 0.12,
  auroraGbMonth: 0.1,
  /** https://aws.amazon.com/waf/pricing/ */
  webAcl: 5,
  webAclRule: 1,
} as const;
