import { z } from 'zod';

const DOMAIN_PREFIX = 'must be lowercase letters, digits and hyphens, without `aws`, `amazon` or `cognito`';

const origin = z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be `*` or a scheme and host without a path');

/**
 * Schema of everything that can be configured about a deployment. The `dev` and `prod` presets hold a value for every
 * required key; `cdk.json` and `-c key=value` override single keys. `bin/` reads them once and passes on the result.
 */
export const configSchema = z
  .strictObject({
    stage: z.enum(['dev', 'prod']),
    /** Prefix of the names of stacks and CloudFront resources, unique to each deployment in an account. */
    stackPrefix: z
      .string()
      .regex(/^[A-Z][A-Za-z0-9]{0,39}$/, 'must be letters and digits, starting with a capital letter'),
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
    pipeline: z.strictObject({
      /** Minutes, in addition to ten times the source's duration, after which an unfinished job is checked. */
      jobDeadlineMinutes: z.number().int().min(1).max(1440),
    }),
    catalog: z.strictObject({
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
      /** Region of an origin shield in front of the bucket, preferably the bucket's own. @default none */
      originShieldRegion: z.string().min(1).optional(),
    }),
  })
  .superRefine((config, context) => {
    const addIssue = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    const { accounts, catalog, signingKeys, stackPrefix } = config;
    if (accounts.domainPrefix === undefined && /aws|amazon|cognito/i.test(stackPrefix))
      addIssue(
        ['accounts', 'domainPrefix'],
        `is required, since Cognito refuses a prefix that contains ${stackPrefix}`,
      );
    if (catalog.minCapacity > catalog.maxCapacity)
      addIssue(['catalog', 'minCapacity'], 'must not exceed catalog.maxCapacity');
    if (new Set(signingKeys.generations).size < signingKeys.generations.length)
      addIssue(['signingKeys', 'generations'], 'must not repeat a generation');
    if (!signingKeys.generations.includes(signingKeys.current))
      addIssue(['signingKeys', 'current'], 'must be one of signingKeys.generations');
    if (config.retention === 'destroy' && config.deletionProtection)
      addIssue(['retention'], 'cannot be `destroy` while deletionProtection is true');
  });

/** Complete, valid configuration of a deployment. */
export type Config = z.infer<typeof configSchema>;
