import type { BenchRow } from './row.ts';

const HEAD = ['measure', 'Sluice', 'peer', 'ratio', 'aim', ''];

/** Formats rows as an aligned table with a header. */
export function formatTable(rows: readonly BenchRow[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const print = (line: readonly string[]): string =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
  const [head, ...body] = lines.map(print);
  return [head, widths.map((width) => '-'.repeat(width)).join('  ').trimEnd(), ...body].join('\n');
}

function cells({ measure, sluice, peer, ratio, aim }: BenchRow): string[] {
  return [
    measure,
    sluice,
    peer,
    ratio === undefined ? '' : ratio.toFixed(2),
    aim?.text ?? '',
    aim === undefined ? '' : aim.met ? 'met' : 'missed',
  ];
}
