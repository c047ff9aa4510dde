import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { END_CODES } from '../../lambdas/contracts/end-codes.ts';
import { PROBLEMS } from '../../lambdas/contracts/api/problem-codes.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

/** Returns the first cells of each row of a section's table, without backquotes. */
function rowsOf(heading: string, cells: number): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `.*\|$/gm)].map(([row]) =>
    row
      .split('|')
      .slice(1, cells + 1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

test.each(['rejected', 'failed'])('docs/errors.md lists exactly the end codes of the status %s', (status) => {
  const codes = Object.entries(END_CODES).filter(([, code]) => code.status === status);
  expect(rowsOf(`\`${status}\``, 1)).toEqual(codes.map(([name]) => [name]));
});

test('docs/errors.md lists exactly the problem codes of the API with their HTTP statuses', () => {
  const problems = Object.entries(PROBLEMS).map(([code, { status }]) => [code, String(status)]);
  expect(rowsOf('API errors', 2)).toEqual(problems);
});
