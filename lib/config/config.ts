import * as z from 'zod';

const DOMAIN_PREFIX = 'must be lowercase letters, digits and hyphens, without `aws`, `amazon` or `cognito`';

const origin = z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be `*` or a scheme and host without a path');

/** AWS's bounds for the concurrency of an event source that polls a queue. */
const ceiling = z.number().int().min(2).max(1000);

/** An amount of US dollars, in whole cents. */
const priceCap = z.number().min(0).max(1_000_000).multipleOf(0.01);

/**
 * Schema of everything that can be configured about a deployment. The `dev` and `prod` presets hold a value for every
 * required key; `cdk.json` and `-c key=value` override single keys. `bin/` reads them once and passes on the result.
 */
export const configSchema = z
  .strictObject({
    stage: z.enum(['dev', 'prod']),
    /**
     * Prefix of the names of stacks and CloudFront resources, unique to each deployment in an account and region. The Data
     * API accepts ARNs of 100 characters, which the catalog's name, with this prefix, must fit in the longest region name.
     */
    stackPrefix: z
      .string()
      .regex(/^[A-Z][A-Za-z0-9]{0,10}$/, 'must be up to 11 letters and digits, starting with a capital letter'),
    /** Region of the stacks. @default the region of the deployment's credentials */
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-east-1')
      .optional(),
    /** Whether videos and catalog outlive the stacks. */
    retention: z.enum(['retain', 'destroy']),
    /** Whether deleting the catalog, the accounts or their stack is refused. */
    deletionProtection: z.boolean(),
    /** Retention of function logs and access logs, in days; CloudWatch Logs accepts only these values. */
    logRetentionDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653]),
    /** Origins of web pages that may read media, or `*`, since every request needs a signature anyway. */
    corsOrigins: z.array(origin).min(1),
    /** Origins of web pages, besides this app's own, that may send presigned uploads to the source bucket. */
    uploadOrigins: z.array(origin),
    ladder: z.strictObject({
      /** Maximum short side of a rung, in pixels. */
      maxShortSide: z.number().int().min(144).max(2160).multipleOf(2),
    }),
    encode: z.strictObject({
      /** MediaConvert's queue: `default`, which the account's applications share, or `dedicated`, one of this deployment. */
      queue: z.enum(['default', 'dedicated']),
      /** Jobs that the dedicated queue runs at once, out of the account's quota. */
      concurrentJobs: z.number().int().min(1).max(1000).optional(),
      /** Maximum list price of the encode of one video, in US dollars; a dearer one fails before it costs anything. */
      maxPriceUsd: priceCap,
      /**
       * Maximum list price of all encodes that are submitted on one day in UTC, in US dollars; 0 stops encoding. It also
       * bounds the price of one video.
       */
      maxPriceUsdPerDay: priceCap,
    }),
    pipeline: z.strictObject({
      /** Minutes, in addition to ten times the source's duration, that a job may take, and the steps after it. */
      jobDeadlineMinutes: z.number().int().min(1).max(1440),
      /** Seconds between a recoverable failure of the encoder and the second attempt; five times as long before the third. */
      retryPauseSeconds: z.number().int().min(1).max(3600),
    }),
    /**
     * Concurrency of Lambda, which all functions of the account share: 1,000 by default, but 10 in a new account.
     * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
     */
    concurrency: z.strictObject({
      /** Uploads that are inspected and submitted at once. */
      transcode: ceiling,
      /** Videos in each step after the encode at once. */
      step: ceiling,
      /** Batches of up to ten messages about ends and progress that are handled at once. */
      completion: ceiling,
      /** Deleted videos that are removed at once. */
      removal: ceiling,
      /** Videos that are withdrawn, published or retired at once. */
      withdrawal: ceiling,
      /**
       * Room for viewers: concurrency that only this function can use, and beyond which it is throttled. A deployment fails
       * if less than 100 is left to the account's other functions. @default none
       */
      reserved: z.strictObject({
        api: z.number().int().min(1).optional(),
        playlist: z.number().int().min(1).optional(),
        packager: z.number().int().min(1).optional(),
      }),
    }),
    delivery: z.strictObject({
      /** Minutes for which URLs of a superseded revision keep working, so that running players can finish. */
      supersededGraceMinutes: z.number().int().min(0).max(43_200),
      /**
       * Fate of a superseded revision's objects after that: `delete`, or `archive`, which moves them to S3
       * Glacier Deep Archive, where the edge cannot read them and they cost the least.
       */
      afterGrace: z.enum(['delete', 'archive']),
      /**
       * Minutes for which playlists and indexes that a function already holds are used while storage does not respond. A
       * withdrawn video is refused all the same as soon as storage says so.
       */
      staleOnErrorMinutes: z.number().int().min(0).max(1440),
    }),
    catalog: z.strictObject({
      /** Version of Aurora PostgreSQL, which changes only with this setting; see docs/deploy.md. */
      engineVersion: z.string().regex(/^1[5-9]\.\d{1,2}$/, 'must be a version of Aurora PostgreSQL such as 17.7'),
      /** Minimum Aurora capacity units; 0 pauses an idle database. */
      minCapacity: z.number().min(0).max(256).multipleOf(0.5),
      /** Maximum Aurora capacity units. */
      maxCapacity: z.number().min(1).max(256).multipleOf(0.5),
      /** Whether a second instance in another zone stands by for failover. */
      reader: z.boolean(),
      /** Retention of backups, in days. */
      backupDays: z.number().int().min(1).max(35),
    }),
    accounts: z.strictObject({
      /** Whether anyone can create a viewer's account; otherwise an administrator of the user pool creates accounts. */
      selfSignUp: z.boolean(),
      /**
       * Prefix of the sign-in page's domain, `https://<prefix>.auth.<region>.amazoncognito.com`.
       * @default `stackPrefix` and part of the stack's id, which is unique within the region
       */
      domainPrefix: z
        .string()
        .regex(/^(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, DOMAIN_PREFIX)
        .optional(),
    }),
    api: z.strictObject({
      /** Sustained requests per second; the API responds 429 to more. */
      rateLimit: z.number().min(1).max(10_000),
      /** Requests accepted at once after a pause. */
      burst: z.number().int().min(1).max(5_000),
    }),
    /**
     * Generations of the key pair that signs URLs. To rotate, add a generation and deploy; make it `current` and deploy;
     * once every URL signed by the old one has expired, remove the old one and deploy.
     */
    signingKeys: z.strictObject({
      /** Trusted generations; a key group holds at most five keys. */
      generations: z.array(z.number().int().positive()).min(1).max(5),
      /** Generation that signs. */
      current: z.number().int().positive(),
    }),
    /**
     * Generations of the secret that the distribution sends to the API, which responds to no other requests. To rotate, add a
     * generation and deploy; make it `current` and deploy; remove the old one and deploy.
     */
    originSecrets: z.strictObject({
      /** Accepted generations. */
      generations: z.array(z.number().int().positive()).min(1).max(2),
      /** Generation that the distribution sends. */
      current: z.number().int().positive(),
    }),
    operations: z.strictObject({
      /**
       * Alarms: one of each kind (`few`), or one for each queue, function and rule (`all`). Each is billed monthly for every
       * metric that it reads.
       */
      alarms: z.enum(['few', 'all']),
      /** Address that receives the alarms, once its owner has confirmed the subscription. @default none */
      alarmEmail: z.email().optional(),
      /** Address of the runbook, to which each alarm adds the name of its section. */
      runbook: z.string().regex(/^[\x21-\x22\x24-\x7e]{1,500}$/, 'must be a URL or a path without a fragment'),
      /** Minutes after which an unfinished video raises an alarm. */
      unfinishedMinutes: z.number().int().min(1).max(8640),
      /** Whether the reconciler runs every day, which resumes a paused catalog, or only on demand. */
      reconcile: z.enum(['daily', 'on-demand']),
    }),
    edge: z.strictObject({
      /** CloudFront's locations: `100` for North America and Europe, `200` for Asia too, `all` for all. */
      priceClass: z.enum(['100', '200', 'all']),
      domain: z.discriminatedUnion('kind', [
        /** `https://<id>.cloudfront.net` */
        z.strictObject({ kind: z.literal('cloudfront') }),
        z.strictObject({
          kind: z.literal('custom'),
          name: z.hostname(),
          /** Certificate of the domain, in us-east-1 as CloudFront requires. */
          certificateArn: z
            .string()
            .regex(/^arn:[\w-]+:acm:us-east-1:\d{12}:certificate\//, 'must be the ARN of a certificate in us-east-1'),
        }),
      ]),
      /**
       * Region of an origin shield in front of the bucket and of the packager, preferably the bucket's own; `none` for no shield.
       *
       * @default none in front of the bucket; in front of the packager the one that AWS recommends for the region, if any
       */
      originShieldRegion: z.string().min(1).optional(),
      /**
       * AWS WAF rule for addresses with too many requests, not counting those for media. Start with `count`, and read its
       * metric before you choose `block`. @default none, since a web ACL is billed monthly
       */
      rateRule: z
        .strictObject({
          action: z.enum(['count', 'block']),
          /** Requests of one address within five minutes. */
          requestsPerFiveMinutes: z.number().int().min(10).max(2_000_000_000),
        })
        .optional(),
    }),
  })
  .superRefine((config, context) => {
    const addIssue = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    const { accounts, catalog, encode, stackPrefix } = config;
    if (accounts.domainPrefix === undefined && /aws|amazon|cognito/i.test(stackPrefix))
      addIssue(
        ['accounts', 'domainPrefix'],
        `is required, since Cognito refuses a prefix that contains ${stackPrefix}`,
      );
    if (encode.queue === 'dedicated' && encode.concurrentJobs === undefined)
      addIssue(['encode', 'concurrentJobs'], 'is required for a dedicated queue, and comes out of the account’s quota');
    if (encode.queue === 'default' && encode.concurrentJobs !== undefined)
      addIssue(['encode', 'concurrentJobs'], 'applies only to `encode.queue=dedicated`');
    if (catalog.minCapacity > catalog.maxCapacity)
      addIssue(['catalog', 'minCapacity'], 'must not exceed catalog.maxCapacity');
    for (const key of ['signingKeys', 'originSecrets'] as const) {
      const { generations, current } = config[key];
      if (new Set(generations).size < generations.length) addIssue([key, 'generations'], 'must not repeat a generation');
      if (!generations.includes(current)) addIssue([key, 'current'], `must be one of ${key}.generations`);
    }
    if (config.retention === 'destroy' && config.deletionProtection)
      addIssue(['retention'], 'cannot be `destroy` while deletionProtection is true');
  });

/** Complete, valid configuration of a deployment. */
export type Config = z.infer<typeof configSchema>;
