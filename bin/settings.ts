import { ConfigError } from '../lib/config/parse-config.ts';
import { isSettings, type Settings } from '../lib/config/settings.ts';

/** CDK's own keys: feature flags and lookups contain `@` or `:`; its command line stores the others. */
const BELONGS_TO_CDK = /[@:]|^(acknowledged-issue-numbers|cli-telemetry|notices)$/;

/**
 * Extracts this app's settings from CDK's context: the object `sluice` of `cdk.json`, overridden by single keys from the
 * command line, where a dot leads into an object (`-c stage=prod -c catalog.maxCapacity=8`).
 *
 * @throws ConfigError if `sluice` is not an object
 */
export function settingsFrom(context: Readonly<Record<string, unknown>>): Settings {
  const { sluice = {}, ...rest } = context;
  if (!isSettings(sluice)) throw new ConfigError(['sluice: must be an object']);
  const settings = structuredClone(sluice);
  for (const [key, value] of Object.entries(rest)) {
    if (!BELONGS_TO_CDK.test(key)) assign(settings, key.split('.'), parseValue(value));
  }
  return settings;
}

function assign(settings: Settings, [head = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    settings[head] = value;
    return;
  }
  const inner = (Object.hasOwn(settings, head) ? settings[head] : undefined) ?? {};
  // The path leads through a plain value: keep it as written, so that the error names it.
  if (!isSettings(inner)) {
    settings[[head, ...rest].join('.')] = value;
    return;
  }
  settings[head] = inner;
  assign(inner, rest, value);
}

/** Parses a value from the command line, where numbers, booleans and lists are written as in JSON. */
function parseValue(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
