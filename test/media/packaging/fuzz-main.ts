import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { buildIndex } from '../../../media/packaging/build-index.ts';
import { fuzzedFile, runFuzzCase } from '../../support/media/packaging/fuzz-cases.ts';
import { makeSources } from '../../support/media/packaging/make-sources.ts';

/** Default number of cases. */
const CASES = 500_000;
/** Files above this size are left out: copying them would take most of the time. */
const MAX_FILE_BYTES = 1024 * 1024;
/** Limits of one case: CPU time and memory. */
const [MAX_CASE_SECONDS, MAX_GROWTH_BYTES] = [2, 1024 ** 3];

const USAGE = `Usage: npm run fuzz -- [CASES] [FIRST_SEED]
Mutates files and packages them. CASES is ${CASES} and FIRST_SEED 1 unless given.`;

/**
 * Mutates files and packages them: `npm run fuzz -- [cases] [first seed]`. Ends with status 1 at the first error without a code, or a
 * case that takes too long or too much memory, and names the file and the seed that repeat it.
 */
async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    report(USAGE);
    return;
  }
  if (args.length > 2 || args.some((arg) => !/^[1-9]\d{0,8}$/.test(arg))) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const [cases = CASES, firstSeed = 1] = args.map(Number);
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  try {
    const files = [];
    for (const [name, path] of Object.entries(await makeSources(folder))) {
      const bytes = await readFile(path);
      if (bytes.length > MAX_FILE_BYTES) continue;
      files.push({ file: fuzzedFile(name, bytes), index: Buffer.from(await buildIndex(byteSourceOf(bytes), { identity: 'file' })) });
    }
    await fuzz(files, cases, firstSeed);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function fuzz(files: readonly { readonly file: ReturnType<typeof fuzzedFile>; readonly index: Buffer }[], cases: number, firstSeed: number) {
  const outcomes = new Map<string, number>();
  let [slowest, slowestSeed, largest] = [0, 0, 0];
  const start = performance.now();
  for (let seed = firstSeed; seed < firstSeed + cases; seed += 1) {
    const { file, index } = files[seed % files.length] ?? {};
    if (file === undefined || index === undefined) return;
    const [before, memory] = [process.cpuUsage(), process.memoryUsage.rss()];
    try {
      const outcome = await runFuzzCase(file, index, seed);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      throw new Error(`${file.name}, seed ${seed}, ended without a code.`, { cause: error });
    }
    const { user, system } = process.cpuUsage(before);
    const [seconds, growth] = [(user + system) / 1e6, process.memoryUsage.rss() - memory];
    if (seconds > MAX_CASE_SECONDS || growth > MAX_GROWTH_BYTES)
      throw new Error(`${file.name}, seed ${seed}, took ${seconds.toFixed(1)} CPU seconds and ${growth} bytes.`);
    if (seconds > slowest) [slowest, slowestSeed] = [seconds, seed];
    largest = Math.max(largest, growth);
    if ((seed - firstSeed + 1) % 10_000 === 0) report(`${seed - firstSeed + 1} cases after ${Math.round((performance.now() - start) / 1000)} s`);
  }
  report(`${cases} cases. Slowest: ${Math.round(slowest * 1000)} CPU ms (seed ${slowestSeed}). Largest growth: ${Math.round(largest / 1e6)} MB.`);
  for (const [outcome, count] of [...outcomes].toSorted((a, b) => b[1] - a[1])) report(`${String(count).padStart(8)} ${outcome}`);
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main(process.argv.slice(2));
