/** Whether the shared laptop cloud starts with `--harsh`: the environment variable is set and not empty. */
export const isHarsh = Boolean(process.env['SLUICE_HARSH']);

/** Seed of a harsh laptop cloud. @default a random seed, which is printed */
export const harshSeed: string | undefined = process.env['SLUICE_SEED'] || undefined;
