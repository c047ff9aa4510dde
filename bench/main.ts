import { cpus, loadavg } from 'node:os';
import { messageOf } from '../local/cloud/system-error.ts';
import { api } from './api.ts';
import { coldStart } from './cold-start.ts';
import { edgeRanges } from './edge-ranges.ts';
import { eventToReady } from './event-to-ready.ts';
import { formatMinutes } from './figures.ts';
import { largeUpload } from './large-upload.ts';
import { parseBenchCommand, type BenchCommand } from './options.ts';
import { packager } from './packager.ts';
import { killDescendants } from './processes.ts';
import { type Bench, type BenchRow, SkippedError } from './row.ts';
import { startUp } from './start-up.ts';
import { synthesis } from './synthesis.ts';
import { formatTable } from './table.ts';
import { wholeJob } from './whole-job.ts';

const BENCHES: ReadonlyMap<string, { readonly summary: string; readonly bench: Bench }> = new Map([
  ['whole-job', { summary: 'upload of real footage to ready, against one plain ffmpeg', bench: wholeJob }],
  ['event-to-ready', { summary: 'chain without the encode, single upload and twenty at once', bench: eventToReady }],
  ['synthesis', { summary: 'cdk synth and the function bundles, against an empty app and one client', bench: synthesis }],
  ['start-up', { summary: 'start to ready for uploads, first and later starts', bench: startUp }],
  ['cold-start', { summary: 'first start of each function, against an empty Node.js process', bench: coldStart }],
  ['large-upload', { summary: 'memory and time of a large aws s3 cp, against cp', bench: largeUpload }],
  ['edge-ranges', { summary: 'signed range requests to the edge, against nginx', bench: edgeRanges }],
  ['packager', { summary: 'playlists and segments of a two-hour MP4, in units of an nginx with ready segments', bench: packager }],
  ['api', { summary: 'API with 100,000 videos, against its queries alone, and query plans', bench: api }],
]);

/** @returns the exit status: 0 unless a bench failed; a missed aim or a missing peer is not a failure */
async function main(argv: readonly string[]): Promise<number> {
  const command = parseBenchCommand(argv, new Map([...BENCHES].map(([name, { summary }]) => [name, summary])));
  if (typeof command === 'string') {
    console.log(command);
    return 0;
  }
  const [started, loadBefore] = [performance.now(), load()];
  const rows: BenchRow[] = [];
  let failures = 0;
  for (const name of command.names) if (!(await collect(name, command, rows))) failures += 1;
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`;
  console.log(
    `${machine}, load ${loadBefore} before\n\n${formatTable(rows)}\n\nTook ${formatMinutes(performance.now() - started)}`,
  );
  return failures === 0 ? 0 : 1;
}

/** Returns the load average of the last minute, which is due to other processes. */
function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

/** Runs a bench and adds its rows. @returns false if it failed, true if it completed or was skipped */
async function collect(name: string, { rounds, uploadBytes }: BenchCommand, rows: BenchRow[]): Promise<boolean> {
  const log = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
  try {
    for await (const row of BENCHES.get(name)?.bench({ rounds, uploadBytes, log }) ?? []) {
      rows.push(row);
      // Printed at once, in case the remaining benches are interrupted.
      log(`${row.measure}: ${row.sluice}; ${row.peer}`);
    }
    return true;
  } catch (error) {
    const skipped = error instanceof SkippedError;
    rows.push({ measure: name, sluice: `${skipped ? 'skipped' : 'failed'}: ${messageOf(error)}`, peer: '' });
    if (!skipped) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return skipped;
  }
}

// On exit, child processes end before their directories are removed; an unhandled signal would skip both.
process.once('exit', killDescendants);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
}
