import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { END_CODES, type EndCode } from '../../lambdas/contracts/end-codes.ts';
import { PROBLEMS } from '../../lambdas/contracts/api/problem-codes.ts';
import { SOURCE_WARNING_CODES } from '../../lambdas/contracts/source-warnings.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

/** Returns the cells of each row of a section's table whose first cell is a code, without backquotes. */
function rowsOf(heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `.*\|$/gm)].map(([row]) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Returns the code and the anchor of each row of a section's table. */
function anchorsOf(heading: string): (string | undefined)[][] {
  return rowsOf(heading).map(([code, meaning = '']) => [code, /^<a id="(\w+)"><\/a>[A-Z]/.exec(meaning)?.[1]]);
}

/** Text of the last column for a code. */
const WHO_RETRIES: Record<EndCode['retry'], string> = { automatic: 'the chain', manual: 'a user', none: 'no one' };

describe.each(['rejected', 'failed'])('docs/errors.md', (status) => {
  const codes = Object.entries<EndCode>(END_CODES).filter(([, code]) => code.status === status);

  test(`lists exactly the end codes of the status ${status}, each with an anchor`, () => {
    expect(anchorsOf(`\`${status}\``)).toEqual(codes.map(([name]) => [name, name]));
  });

  test(`says who retries an upload that was ${status}`, () => {
    const documented = rowsOf(`\`${status}\``).map((row) => [row[0], row.at(-1)]);
    expect(documented).toEqual(codes.map(([name, { retry }]) => [name, WHO_RETRIES[retry]]));
  });
});

test('docs/errors.md lists exactly the codes of warnings, each with an anchor', () => {
  expect(anchorsOf('Warnings')).toEqual(SOURCE_WARNING_CODES.map((code) => [code, code]));
});

test('docs/errors.md documents the failures of every function', () => {
  const section = text.split(/^## /m).find((part) => part.startsWith('Failures by component')) ?? '';
  const documented = [...section.matchAll(/^\| \[([a-z-]+)\]\(\.\.\/lambdas\/\1\)/gm)].map(([, name]) => name);
  const functions = globSync('lambdas/*/handler.ts').map((path) => path.split('/')[1]);
  expect(functions.length).toBeGreaterThan(10);
  expect(new Set(documented)).toEqual(new Set(functions));
});

test('docs/errors.md lists exactly the problem codes of the API with their HTTP statuses', () => {
  const problems = Object.entries(PROBLEMS).map(([code, { status }]) => [code, String(status)]);
  expect(rowsOf('API errors').map((row) => row.slice(0, 2))).toEqual(problems);
});
