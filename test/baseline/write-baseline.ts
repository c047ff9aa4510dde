import { writeFileSync } from 'node:fs';
import { makeStackTemplates } from '../support/lib/stack-templates.ts';
import { BASELINE_SETTINGS, baselineFile } from './presets.ts';

/**
 * Writes the templates of the present app, to which later ones are compared as updates. Run it when a version is released:
 * deployments of that version are what the next one updates.
 */
for (const [name, settings] of Object.entries(BASELINE_SETTINGS))
  writeFileSync(baselineFile(name), `${JSON.stringify(makeStackTemplates(settings), null, 1)}\n`);
