import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { END_CODES } from '../../catalog/end-codes.ts';

test('the error reference explains every code under its status, and no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  const [, rejected = '', failed = ''] = text.split(/^## /m);
  const codes = (section: string): string[] => [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code ?? '');
  const withStatus = (status: string): string[] =>
    Object.entries(END_CODES).filter(([, code]) => code.status === status).map(([name]) => name);

  expect(codes(rejected)).toEqual(withStatus('rejected'));
  expect(codes(failed)).toEqual(withStatus('failed'));
});
