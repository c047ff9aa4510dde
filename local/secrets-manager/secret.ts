import * as z from 'zod';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html */
export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

const versionSchema = z.object({
  stages: z.array(z.string()),
  secretString: z.string().optional(),
  /** Base64. */
  secretBinary: z.string().optional(),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
});
export type SecretVersion = Readonly<z.infer<typeof versionSchema>>;
export type SecretValue = Pick<SecretVersion, 'secretString' | 'secretBinary'>;

/** A secret as stored on disk. Times are milliseconds since the epoch. */
export const secretSchema = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.string().optional(),
  createdAt: z.number(),
  changedAt: z.number(),
  /** Versions by id; none for a secret without a value. */
  versions: z.record(z.string(), versionSchema),
});
export type Secret = Readonly<z.infer<typeof secretSchema>>;

/** Returns the version with a staging label. */
export function findLabeledVersion(
  { versions }: Secret,
  stage: string,
): readonly [id: string, version: SecretVersion] | undefined {
  return Object.entries(versions).find(([, { stages }]) => stages.includes(stage));
}

/**
 * Adds a version and moves staging labels to it. The version that loses `AWSCURRENT` becomes `AWSPREVIOUS`; a version
 * without labels is removed.
 */
export function addVersion(
  secret: Secret,
  id: string,
  value: SecretValue,
  stages: readonly string[],
  now: number,
): Secret {
  const replaced = stages.includes(CURRENT) ? findLabeledVersion(secret, CURRENT)?.[0] : undefined;
  const moved = new Set(replaced === undefined ? stages : [...stages, PREVIOUS]);
  const others = Object.entries(secret.versions).flatMap(([otherId, version]) => {
    const remaining = version.stages.filter((stage) => !moved.has(stage));
    if (otherId === replaced) remaining.push(PREVIOUS);
    return remaining.length === 0 ? [] : [[otherId, { ...version, stages: remaining }] as const];
  });
  return {
    ...secret,
    changedAt: now,
    versions: { ...Object.fromEntries(others), [id]: { ...value, stages: [...stages], createdAt: now } },
  };
}
