import { join } from 'node:path';

/** Settings of each deployment whose templates are kept. */
export const BASELINE_SETTINGS: Readonly<Record<string, Record<string, unknown>>> = {
  dev: {},
  prod: { stage: 'prod' },
};

/** Returns the path of the templates that the settings of a name once produced. */
export function baselineFile(name: string): string {
  return join(import.meta.dirname, `${name}.json`);
}
