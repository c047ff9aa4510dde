import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../local/cli/ffmpeg.ts';
import { formatKilobytes, formatMegabytes } from './figures.ts';
import { median } from './median.ts';
import { findNginx, startNginx } from './nginx.ts';
import { makeFilm, requireSpace } from './packager-film.ts';
import { startSegmentServer } from './packager-server.ts';
import { RESULTS, runWork, type WorkResult } from './packager-work.ts';
import { pinned } from './pinned.ts';
import { processorMs } from './processes.ts';
import { runRangeLoad } from './range-load.ts';
import { requireFfmpeg } from './require-program.ts';
import type { BenchOptions, BenchRow } from './row.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);

const [LONG_MINUTES, SHORT_MINUTES] = [120, 12];
const LATENCY_MS = 30;
/** Loads of a round, which nginx and the library take in turns. */
const LOADS = 3;
const LOAD_SECONDS = 1.5;
/** Maximum ratios to an nginx that sends the ready-made segment, and of times to the latency of the source. */
const AIMS = { segment: 6, playlist: 87, cold: 2.4, warm: 1.3 } as const;

/** Figures of one round. CPU times are in milliseconds. */
interface Round {
  readonly unitMs: number;
  readonly servedMs: number;
  readonly segment: WorkResult<'segment'>;
  readonly index: WorkResult<'index'>;
  readonly long: WorkResult<'playlists'>;
  readonly short: WorkResult<'playlists'>;
  readonly latency: WorkResult<'latency'>;
  readonly whole: WorkResult<'whole'>;
  readonly ffmpegMs: number;
}

interface Film {
  readonly film: string;
  readonly index: string;
}

/**
 * Measures the packaging library on a two-hour film, repeated footage of 5.5 GB. The unit is the CPU time in which nginx sends a
 * ready-made segment. All measured programs run on one processor, in processes of their own; clients run beside them.
 */
export async function* packager({ rounds, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  requireFfmpeg();
  const nginx = pinned(findNginx());
  using directory = temporaryDirectory();
  requireSpace(directory.path, LONG_MINUTES, SHORT_MINUTES);
  const [long, short] = [await prepare(directory.path, LONG_MINUTES, log), await prepare(directory.path, SHORT_MINUTES, log)];
  const done: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    log(`round ${round} of ${rounds}`);
    done.push(await measureRound({ directory: directory.path, nginx, long, short }));
  }
  yield* rowsOf(done);
}

async function prepare(directory: string, minutes: number, log: BenchOptions['log']): Promise<Film> {
  log(`making a film of ${minutes} minutes without encoding`);
  const film = await makeFilm(directory, minutes);
  return { film, index: join(directory, `${minutes}.index`) };
}

interface Setup {
  readonly directory: string;
  readonly nginx: ReturnType<typeof pinned>;
  readonly long: Film;
  readonly short: Film;
}

async function measureRound({ directory, nginx, long, short }: Setup): Promise<Round> {
  const index = await runWork(RESULTS.index, { work: 'index', ...long });
  await runWork(RESULTS.index, { work: 'index', ...short });
  const output = join(directory, 'segment.m4s');
  const segment = await runWork(RESULTS.segment, { work: 'segment', ...long, output });
  const { unitMs, servedMs } = await serveSegments(directory, nginx, long, segment.bytes);
  return {
    unitMs,
    servedMs,
    segment,
    index,
    long: await runWork(RESULTS.playlists, { work: 'playlists', index: long.index }),
    short: await runWork(RESULTS.playlists, { work: 'playlists', index: short.index }),
    latency: await runWork(RESULTS.latency, { work: 'latency', ...long, latencyMs: LATENCY_MS }),
    ...(await packageWhole(directory, short)),
  };
}

/** Sends the same segment from nginx and from the library to the same client, and checks that it is the same. */
async function serveSegments(directory: string, command: Setup['nginx'], { film, index }: Film, bytes: number) {
  await using nginx = await startNginx(command, directory);
  await using server = await startSegmentServer(film, index);
  const ready = await readFile(join(directory, 'segment.m4s'));
  const response = await fetch(server.url);
  if (!ready.equals(Buffer.from(await response.arrayBuffer()))) throw new Error('The server sends another segment.');
  const load = { sizeBytes: bytes, rangeBytes: bytes, connections: 1, seconds: LOAD_SECONDS };
  const measure = async (url: string, pid: number): Promise<number> => {
    const before = processorMs(pid);
    const { requests } = await runRangeLoad({ ...load, url });
    return (processorMs(pid) - before) / requests;
  };
  const [units, served]: [number[], number[]] = [[], []];
  for (let turn = 0; turn <= LOADS; turn += 1) {
    units.push(await measure(`${nginx.url}/segment.m4s`, nginx.pid));
    served.push(await measure(server.url, server.pid));
  }
  // The first load warms both up.
  return { unitMs: median(units.slice(1)), servedMs: median(served.slice(1)) };
}

/** Writes the HLS of a film to disk, with the library and with ffmpeg. */
async function packageWhole(directory: string, { film }: Film): Promise<Pick<Round, 'whole' | 'ffmpegMs'>> {
  const target = join(directory, 'whole');
  await mkdir(target);
  const whole = await runWork(RESULTS.whole, { work: 'whole', film, directory: target });
  await rm(target, { recursive: true });
  await mkdir(target);
  const ffmpegMs = await ffmpegHlsMs(film, target);
  await rm(target, { recursive: true });
  return { whole, ffmpegMs };
}

/** Returns the CPU time of `ffmpeg -c copy` to HLS in fragments, milliseconds. */
async function ffmpegHlsMs(film: string, directory: string): Promise<number> {
  const hls = ['-f', 'hls', '-hls_time', '6', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', join(directory, 'index.m3u8')];
  const options = ['-hide_banner', '-nostdin', '-nostats', '-benchmark', '-i', film, '-c', 'copy', ...hls];
  const [program, ...args] = pinned(getFfmpeg().ffmpegPath, ...options);
  const { stderr } = await run(program, args, { maxBuffer: 1 << 26 });
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr) ?? [];
  if (user === undefined || system === undefined) throw new Error('ffmpeg printed no CPU time.');
  return 1000 * (Number(user) + Number(system));
}

function* rowsOf(rounds: readonly Round[]): Generator<BenchRow, void> {
  const [last] = rounds.slice(-1);
  if (last === undefined) return;
  const of = (read: (round: Round) => number): number => median(rounds.map(read));
  const unitMs = of((round) => round.unitMs);
  const peer = `nginx, ready segment of ${(last.segment.bytes / 1e6).toFixed(1)} MB: ${cpu(unitMs)}`;
  const inUnits = (measure: string, cpuMs: number, aim?: number): BenchRow => ({
    measure,
    sluice: cpu(cpuMs),
    peer,
    ratio: cpuMs / unitMs,
    ...(aim === undefined ? {} : { aim: { text: `ratio <= ${aim}`, met: cpuMs / unitMs <= aim } }),
  });
  yield inUnits('segment from an index, read from a file and sent over HTTP', of(({ servedMs }) => servedMs), AIMS.segment);
  yield inUnits('segment from an index, read from a file and discarded', of(({ segment }) => segment.cpuMs));
  yield inUnits('segment from an index, planned alone', of(({ segment }) => segment.planMs));
  yield inUnits('cold playlists of two hours, the first in a process', of(({ long }) => long.firstMs), AIMS.playlist);
  yield inUnits('cold playlists of two hours', of(({ long }) => long.coldMs), AIMS.playlist);
  yield inUnits('cold playlists of twelve minutes', of(({ short }) => short.coldMs));
  yield growthRow(last, of);
  yield inUnits('warm playlists of two hours', of(({ long }) => long.warmMs));
  yield inUnits(`index of two hours, ${formatKilobytes(last.index.indexBytes)}, ${last.index.reads} reads`, of(({ index }) => index.cpuMs));
  yield latencyRow('segment with the index read first', { ...last.latency.cold, wallMs: of(({ latency }) => latency.cold.wallMs) }, AIMS.cold);
  yield latencyRow('segment with the index at hand', { ...last.latency.warm, wallMs: of(({ latency }) => latency.warm.wallMs) }, AIMS.warm);
  yield wholeRow(last.whole.segments, of(({ whole }) => whole.cpuMs), of(({ ffmpegMs }) => ffmpegMs));
  yield memoryRow('peak memory of making the index', of(({ index }) => index.peakBytes), of(({ index }) => index.startBytes));
  yield memoryRow('peak memory of a segment', of(({ segment }) => segment.peakBytes), of(({ segment }) => segment.startBytes));
}

/** A cold playlist takes no step for a sample: it should grow with its text at most. */
function growthRow({ long, short }: Round, of: (read: (round: Round) => number) => number): BenchRow {
  const text = long.textBytes / short.textBytes;
  const growth = of((round) => round.long.coldMs / round.short.coldMs);
  return {
    measure: 'cold playlists, two hours beside twelve minutes',
    sluice: `${growth.toFixed(1)} × CPU time`,
    peer: `text, ${formatKilobytes(long.textBytes)}: ${text.toFixed(1)} ×`,
    ratio: growth / text,
    aim: { text: 'ratio <= 1', met: growth <= text },
  };
}

function latencyRow(measure: string, { wallMs, reads, bytes }: WorkResult<'latency'>['cold'], aim: number): BenchRow {
  const ratio = wallMs / LATENCY_MS;
  return {
    measure: `${measure}, from a source that answers after ${LATENCY_MS} ms`,
    sluice: `${wallMs.toFixed(1)} ms, reads: ${reads}, ${formatMegabytes(bytes)}`,
    peer: `one read: ${LATENCY_MS} ms`,
    ratio,
    aim: { text: `ratio <= ${aim}`, met: ratio <= aim },
  };
}

function wholeRow(segments: number, cpuMs: number, ffmpegMs: number): BenchRow {
  return {
    measure: `index, playlists and all ${segments} segments of twelve minutes, written to disk`,
    sluice: cpu(cpuMs),
    peer: `ffmpeg -c copy: ${cpu(ffmpegMs)}`,
    ratio: cpuMs / ffmpegMs,
  };
}

function memoryRow(measure: string, peak: number, start: number): BenchRow {
  return {
    measure,
    sluice: `${formatMegabytes(peak)}, ${formatMegabytes(peak - start)} of it for the work`,
    peer: `the same process before: ${formatMegabytes(start)}`,
    ratio: peak / start,
  };
}

function cpu(milliseconds: number): string {
  return `${milliseconds < 100 ? milliseconds.toFixed(2) : Math.round(milliseconds)} CPU-ms`;
}
