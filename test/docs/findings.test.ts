import { readFileSync } from 'node:fs';
import { FINDING_CODES, FINDINGS } from '../../lambdas/contracts/reconciliation.ts';

test('the runbook lists every finding of the reconciler with its remedy', () => {
  const rows = readFileSync('docs/runbook.md', 'utf8').split('\n').filter((line) => /^\| `\w+` \|.*\|.*\|.*\|$/.test(line));
  const expected = FINDING_CODES.map((code) => {
    const { what, remedy, maxMends } = FINDINGS[code];
    return `| \`${code}\` | ${what} | ${remedy} | ${maxMends === 0 ? 'named only' : maxMends} |`;
  });
  expect(rows.filter((row) => FINDING_CODES.some((code) => row.startsWith(`| \`${code}\``)))).toEqual(expected);
});
