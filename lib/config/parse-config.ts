import * as z from 'zod';
import { type Config, configSchema } from './config.ts';
import { PRESETS } from './presets.ts';
import { isSettings, type Settings } from './settings.ts';

/** Invalid configuration; the message says where settings come from and has one line for each wrong key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(problems: readonly string[]) {
    const lines = problems.map((problem) => `  ${problem}`);
    super(['Invalid settings, from -c KEY=VALUE or from sluice in cdk.json:', ...lines].join('\n'));
  }
}

/**
 * Completes settings with the preset of their stage, `dev` by default, and validates the result.
 *
 * @throws ConfigError that names every unknown or wrong key
 */
export function parseConfig(settings: Readonly<Settings>): Config {
  const stage = configSchema.shape.stage.safeParse(settings['stage'] ?? 'dev');
  const preset = PRESETS[stage.success ? stage.data : 'dev'];
  const result = configSchema.safeParse(overlay({ ...preset, stage: 'dev' }, settings));
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.flatMap((issue) => describe(issue, settings)));
}

function overlay(base: Readonly<Settings>, overrides: Readonly<Settings>): Settings {
  const entries = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const merged = entries.map(([key, value]) => {
    const preset = base[key];
    return [key, isSettings(preset) && isSettings(value) ? overlay(preset, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function describe(issue: z.core.$ZodIssue, settings: Readonly<Settings>): string[] {
  if (issue.code !== 'unrecognized_keys') {
    const problem = issue.code === 'invalid_type' ? `expected ${issue.expected}` : issue.message;
    const value = JSON.stringify(valueAt(settings, issue.path));
    return [`${issue.path.join('.')}: ${problem}${value === undefined ? '' : `, but got ${value}`}`];
  }
  const known = knownKeys(configSchema, issue.path).join(', ');
  return issue.keys.map((key) => `${[...issue.path, key].join('.')}: unknown key; known keys: ${known}`);
}

function valueAt(value: unknown, [head, ...rest]: readonly PropertyKey[]): unknown {
  if (head === undefined) return value;
  return typeof value === 'object' && value !== null ? valueAt(Reflect.get(value, head), rest) : undefined;
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
