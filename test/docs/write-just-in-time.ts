/** Writes `docs/just-in-time.md` from the rules of qualification and the list of the tests. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildJustInTimePage } from '../support/media/packaging/qualification/just-in-time-page.ts';

writeFileSync(join(import.meta.dirname, '../../docs/just-in-time.md'), buildJustInTimePage());
