import { parseArgs } from 'node:util';
import { messageOf } from '../local/cloud/system-error.ts';

const USAGE = `Measures the laptop cloud, each time beside a peer on the same machine.

  npm run bench -- [NAME …] [options]

NAMES`;

const OPTIONS = `Options
  --size SIZE   of the large upload, such as 500M or 4G (default 4G); four times as much disk is needed
  --rounds N    turns of cloud and peer, of which the medians are shown (default 3)
  --help

Everything stays on 127.0.0.1 and in temporary directories. Other work on the machine shows in the figures.`;

export interface BenchCommand {
  readonly names: readonly string[];
  readonly uploadBytes: number;
  readonly rounds: number;
}

/**
 * @param known what each bench measures, by name
 * @returns the text to print where that is all that was asked for
 * @throws Error that names what is wrong
 */
export function parseBenchCommand(argv: readonly string[], known: ReadonlyMap<string, string>): BenchCommand | string {
  const usage = USAGE.replace('NAMES', [...known].map(([name, what]) => `  ${name.padEnd(16)}${what}`).join('\n'));
  const { values, positionals } = parse(argv);
  if (values.help) return `${usage}\n\n${OPTIONS}`;
  const unknown = positionals.find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`There is no bench ${unknown}, only ${[...known.keys()].join(', ')}.`);
  const rounds = Number(values.rounds ?? '3');
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 99) throw new Error('--rounds takes a whole number from 1 to 99.');
  return { names: positionals.length > 0 ? positionals : [...known.keys()], uploadBytes: bytes(values.size ?? '4G'), rounds };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: { size: { type: 'string' }, rounds: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Error(messageOf(error), { cause: error });
  }
}

function bytes(size: string): number {
  const [, digits, unit] = /^(\d{1,6})([MG])$/.exec(size) ?? [];
  if (digits === undefined) throw new Error(`--size takes a number with M or G, not ${size}.`);
  return Number(digits) * (unit === 'G' ? 1e9 : 1e6);
}
