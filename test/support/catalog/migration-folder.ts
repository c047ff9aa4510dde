import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS } from './local-catalog.ts';

interface Journal {
  readonly entries: { readonly idx: number; readonly tag: string; readonly when: number }[];
}

function copyMigrations(edit: (journal: Journal, folder: string) => Journal): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-migrations-'));
  cpSync(MIGRATIONS, folder, { recursive: true });
  const file = join(folder, 'meta', '_journal.json');
  writeFileSync(file, JSON.stringify(edit(JSON.parse(readFileSync(file, 'utf8')) as Journal, folder)));
  return folder;
}

/** Returns a folder with the first migrations only, as an earlier release had. */
export function firstMigrations(count: number): string {
  return copyMigrations((journal) => ({ ...journal, entries: journal.entries.slice(0, count) }));
}

/** Returns a folder with the migrations and a further one, as a later release has. */
export function laterMigrations(tag: string, text: string): string {
  return copyMigrations((journal, folder) => {
    writeFileSync(join(folder, `${tag}.sql`), text);
    const last = journal.entries.at(-1);
    if (last === undefined) return journal;
    return { ...journal, entries: [...journal.entries, { ...last, idx: last.idx + 1, when: last.when + 1, tag }] };
  });
}
