import { ConfigError } from '../lib/config/config.ts';

/**
 * Finds this app's settings among everything in CDK's context: the object `sluice` of `cdk.json`, and over it single
 * keys from the command line, nested ones with a dot (`-c stage=prod -c catalog.maxCapacity=8`).
 */
export type Settings = Record<string, unknown>;

/** CDK's own: feature flags and look-ups carry `@` or `:`; the others are what its command line keeps there. */
const BELONGS_TO_CDK = /[@:]|^(acknowledged-issue-numbers|cli-telemetry|notices)$/;

export function settingsFrom(context: Readonly<Record<string, unknown>>): Settings {
  const { sluice = {}, ...rest } = context;
  if (!isSettings(sluice)) throw new ConfigError('Configuration:\n  sluice: must be an object of settings');
  const settings = structuredClone(sluice);
  for (const [key, value] of Object.entries(rest)) {
    if (!BELONGS_TO_CDK.test(key)) assign(settings, key.split('.'), fromText(value));
  }
  return settings;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function assign(settings: Settings, [head = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    settings[head] = value;
    return;
  }
  const inner = settings[head] ?? {};
  // A plain value where the path goes deeper: keep the path as it was written, so that the error names it.
  if (!isSettings(inner)) {
    settings[[head, ...rest].join('.')] = value;
    return;
  }
  settings[head] = inner;
  assign(inner, rest, value);
}

/** The command line gives only text: numbers, booleans and lists are written as in JSON. */
function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
