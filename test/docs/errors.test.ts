import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { END_CODES } from '../../lambdas/contracts/end-codes.ts';
import { PROBLEMS } from '../../lambdas/contracts/api/problem-codes.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

/** The first cells of the rows of a section's table, without their backquotes. */
function rowsOf(heading: string, cells: number): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `.*\|$/gm)].map(([row]) =>
    row
      .split('|')
      .slice(1, cells + 1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

test.each(['rejected', 'failed'])('the error reference explains every code of what was %s, and no other', (status) => {
  const codes = Object.entries(END_CODES).filter(([, code]) => code.status === status);
  expect(rowsOf(`\`${status}\``, 1)).toEqual(codes.map(([name]) => [name]));
});

test('the error reference explains every code of the API under its HTTP status, and no other', () => {
  const problems = Object.entries(PROBLEMS).map(([code, { status }]) => [code, String(status)]);
  expect(rowsOf('Answers of the API', 2)).toEqual(problems);
});
