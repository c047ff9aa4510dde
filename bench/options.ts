import { parseArgs } from 'node:util';
import { messageOf } from '../local/cloud/system-error.ts';

const USAGE = `Measures the laptop cloud, each figure beside a peer on the same machine.

  npm run bench -- [NAME …] [options]

NAMES`;

const OPTIONS = `Options
  --size SIZE   size of the large upload, such as 500M or 4G (default 4G); needs four times as much disk space
  --rounds N    rounds of cloud and peer, whose medians are shown (default 3)
  --help        show this help

Everything stays on 127.0.0.1 and in temporary directories. Other load on the machine affects the figures.`;

export interface BenchCommand {
  readonly names: readonly string[];
  readonly uploadBytes: number;
  readonly rounds: number;
}

/**
 * @param known summary of each bench, by name
 * @returns the usage text if `--help` is given
 * @throws Error that names the invalid argument
 */
export function parseBenchCommand(argv: readonly string[], known: ReadonlyMap<string, string>): BenchCommand | string {
  const usage = USAGE.replace(
    'NAMES',
    [...known].map(([name, summary]) => `  ${name.padEnd(16)}${summary}`).join('\n'),
  );
  const { values, positionals } = parse(argv);
  if (values.help) return `${usage}\n\n${OPTIONS}`;
  const unknown = positionals.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Error(`Unknown bench: ${unknown}; known benches: ${[...known.keys()].join(', ')}.`);
  const rounds = Number(values.rounds ?? '3');
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 99)
    throw new Error('--rounds takes a whole number from 1 to 99.');
  return {
    names: positionals.length > 0 ? positionals : [...known.keys()],
    uploadBytes: bytes(values.size ?? '4G'),
    rounds,
  };
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
  if (digits === undefined) throw new Error(`--size takes a number followed by M or G, but got: ${size}.`);
  return Number(digits) * (unit === 'G' ? 1e9 : 1e6);
}
