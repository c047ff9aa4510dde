import { z } from 'zod';
import { PRESETS } from './presets.ts';

const DOMAIN_PREFIX = 'must be small letters, digits and hyphens, without `aws`, `amazon` or `cognito`';

const origin = z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be `*` or a scheme and a host, without a path');

/**
 * Everything about a deployment that its owner decides. `dev` and `prod` presets hold a value for every key; `cdk.json`
 * and `-c key=value` change single ones. `bin/` reads them once and hands this type on.
 */
export const configSchema = z
  .strictObject({
    stage: z.enum(['dev', 'prod']),
    /** Begins the name of every stack and of all that CloudFront names: each deployment in an account has its own. */
    stackPrefix: z.string().regex(/^[A-Z][A-Za-z0-9]{0,39}$/, 'must be letters and digits, the first a capital'),
    /** Without one, the stacks go wherever the deployment's credentials point. */
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-east-1')
      .optional(),
    /** What becomes of videos and catalog when the stacks are deleted. */
    retention: z.enum(['retain', 'destroy']),
    /** Deleting the catalog, or the stack that holds it, is refused. */
    deletionProtection: z.boolean(),
    /** Of the functions' logs and the access logs, in days; CloudWatch Logs takes only these. */
    logRetentionDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653]),
    /** Origins of web pages that may read media, or `*`: every request is signed anyway. */
    corsOrigins: z.array(origin).min(1),
    /** Origins of web pages, beside those of this app, that may send presigned uploads to the source bucket. */
    uploadOrigins: z.array(origin),
    ladder: z.strictObject({
      /** No rung has a short side above this, in pixels. */
      maxShortSide: z.number().int().min(144).max(2160).multipleOf(2),
    }),
    pipeline: z.strictObject({
      /** A job that has not answered is looked after when it has had these minutes and ten times its source's length. */
      jobDeadlineMinutes: z.number().int().min(1).max(1440),
    }),
    catalog: z.strictObject({
      /** Aurora capacity units; 0 pauses the database when nobody asks it anything. */
      minCapacity: z.number().min(0).max(256).multipleOf(0.5),
      maxCapacity: z.number().min(1).max(256).multipleOf(0.5),
      /** A second instance in another zone to fail over to. */
      reader: z.boolean(),
      backupDays: z.number().int().min(1).max(35),
    }),
    accounts: z.strictObject({
      /** Anybody may make an account, which is a viewer's; otherwise an administrator of the pool makes them. */
      selfSignUp: z.boolean(),
      /**
       * Begins the address of the page where people sign in, `https://<this>.auth.<region>.amazoncognito.com`.
       * @default the stacks' prefix and a part of the stack's id, which nobody else in the region has
       */
      domainPrefix: z
        .string()
        .regex(/^(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, DOMAIN_PREFIX)
        .optional(),
    }),
    api: z.strictObject({
      /** Requests a second that the API takes on end; more are answered with 429. */
      rateLimit: z.number().min(1).max(10_000),
      /** Requests that it takes at once after a pause. */
      burst: z.number().int().min(1).max(5_000),
    }),
    /**
     * Generations of the key pair that signs URLs. To rotate: add one to `generations`, deploy; make it `current`,
     * deploy; when the longest-lived URL of the old one has expired, remove the old one and deploy.
     */
    signingKeys: z.strictObject({
      /** A key group takes at most five keys. */
      generations: z.array(z.number().int().positive()).min(1).max(5),
      /** The generation that signs. */
      current: z.number().int().positive(),
    }),
    edge: z.strictObject({
      /** Which of CloudFront's locations serve: `100` North America and Europe, `200` also Asia, `all`. */
      priceClass: z.enum(['100', '200', 'all']),
      domain: z.discriminatedUnion('kind', [
        /** `https://<id>.cloudfront.net` */
        z.strictObject({ kind: z.literal('cloudfront') }),
        z.strictObject({
          kind: z.literal('custom'),
          name: z.hostname(),
          /** CloudFront takes certificates of us-east-1 only. */
          certificateArn: z
            .string()
            .regex(/^arn:[\w-]+:acm:us-east-1:\d{12}:certificate\//, 'must be the ARN of a certificate in us-east-1'),
        }),
      ]),
      /** Region of one more cache between CloudFront's locations and the bucket: the one nearest to the bucket. */
      originShieldRegion: z.string().min(1).optional(),
    }),
  })
  .superRefine((config, context) => {
    const complain = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    const { accounts, catalog, signingKeys, stackPrefix } = config;
    if (accounts.domainPrefix === undefined && /aws|amazon|cognito/i.test(stackPrefix))
      complain(['accounts', 'domainPrefix'], `is needed, since Cognito does not take one that holds ${stackPrefix}`);
    if (catalog.minCapacity > catalog.maxCapacity) complain(['catalog', 'minCapacity'], 'is above catalog.maxCapacity');
    if (new Set(signingKeys.generations).size < signingKeys.generations.length)
      complain(['signingKeys', 'generations'], 'names a generation twice');
    if (!signingKeys.generations.includes(signingKeys.current))
      complain(['signingKeys', 'current'], 'is not one of signingKeys.generations');
    if (config.retention === 'destroy' && config.deletionProtection)
      complain(['retention'], 'cannot be `destroy` while deletionProtection is true');
  });

export type Config = z.infer<typeof configSchema>;

/** What is wrong with the configuration, one line for each key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Completes settings with the preset of their stage (`dev` unless they name one) and checks the whole.
 *
 * @throws ConfigError that names every key that is unknown or wrong
 */
export function parseConfig(settings: Readonly<Record<string, unknown>>): Config {
  const stage = configSchema.shape.stage.safeParse(settings['stage'] ?? 'dev');
  const preset = PRESETS[stage.success ? stage.data : 'dev'];
  const result = configSchema.safeParse(overlay({ ...preset, stage: 'dev' }, settings));
  if (result.success) return result.data;
  throw new ConfigError(`Configuration:\n${result.error.issues.flatMap(describe).join('\n')}`);
}

type Settings = Readonly<Record<string, unknown>>;

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function overlay(base: Settings, top: Settings): Settings {
  const entries = Object.entries(top).filter(([, value]) => value !== undefined);
  const merged = entries.map(([key, value]) => {
    const below = base[key];
    return [key, isSettings(below) && isSettings(value) ? overlay(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function describe(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return [`  ${issue.path.join('.')}: ${issue.message}`];
  const known = knownKeys(configSchema, issue.path).join(', ');
  return issue.keys.map((key) => `  ${[...issue.path, key].join('.')}: unknown key; known here: ${known}`);
}

function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodDiscriminatedUnion)
    return [...new Set(schema.options.flatMap((option) => knownKeys(option, path)))];
  if (!(schema instanceof z.ZodObject)) return [];
  const [head, ...rest] = path;
  if (head === undefined) return Object.keys(schema.shape);
  const inner: unknown = schema.shape[String(head)];
  return inner instanceof z.ZodType ? knownKeys(inner, rest) : [];
}
