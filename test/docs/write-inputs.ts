/** Writes `docs/inputs.md` from the lists of the tests. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildInputsPage } from '../support/inputs/inputs-page.ts';

writeFileSync(join(import.meta.dirname, '../../docs/inputs.md'), buildInputsPage());
