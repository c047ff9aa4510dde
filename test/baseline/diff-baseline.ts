import { readFileSync } from 'node:fs';
import type { Stacks } from '../support/lib/templates/checked-deployments.ts';
import { makeStackTemplates } from '../support/lib/stack-templates.ts';
import { type DangerousChange, findDangerousChanges } from '../support/lib/templates/compare-templates.ts';
import { explanationOf } from './explained-changes.ts';
import { BASELINE_SETTINGS, baselineFile } from './presets.ts';

const HELP = `Compares the templates of ${Object.keys(BASELINE_SETTINGS).join(' and ')} with those of the last release, in test/baseline/.

  npm run diff:baseline

Prints every change that an update would lose data, keys or addresses by: a resource that holds any of them is removed,
replaced, or protected less by its DeletionPolicy or UpdateReplacePolicy; and every change of an export in use, which
CloudFormation refuses. A logical id that changes is a removal. Changes in test/baseline/explained-changes.ts are accepted.

Exits with status 1 if any other change is found. npm run baseline writes the templates again, for a release.
`;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints rows as a table whose columns are as wide as their longest cell. */
function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** @returns the number of changes that are not explained */
function diffBaseline(): number {
  const rows: string[][] = [];
  let unexplained = 0;
  for (const [name, settings] of Object.entries(BASELINE_SETTINGS)) {
    const before = JSON.parse(readFileSync(baselineFile(name), 'utf8')) as Stacks;
    const changes: readonly DangerousChange[] = findDangerousChanges(before, makeStackTemplates(settings) as Stacks);
    for (const change of changes) {
      const reason = explanationOf(change);
      if (reason === undefined) unexplained += 1;
      rows.push([name, change.stack, change.name, change.type, change.change, change.detail, reason ?? 'NOT EXPLAINED']);
    }
  }
  if (rows.length > 0) printTable([['preset', 'stack', 'name', 'type', 'change', 'detail', 'reason'], ...rows]);
  print(`${rows.length} dangerous changes, ${unexplained} of them not explained.`);
  return unexplained;
}

if (process.argv.includes('--help')) print(HELP);
else process.exitCode = diffBaseline() === 0 ? 0 : 1;
