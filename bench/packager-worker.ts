import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { concatBytes } from '../media/byte-writer.ts';
import { buildIndex } from '../media/packaging/build-index.ts';
import { writeInitSegment } from '../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../media/packaging/fmp4/media-segment.ts';
import { openIndexFile } from '../media/packaging/index/index-file.ts';
import type { SourceIndex } from '../media/packaging/index/source-index.ts';
import { type FileSource, openFileSource } from './file-source.ts';
import { median } from './median.ts';
import { chooseSegment, IDENTITY, segmentParts, writePlaylists } from './packager-segment.ts';
import { type Work, type WorkResult, workSchema } from './packager-work.ts';
import { peakMemoryBytes } from './processes.ts';

const REPEATS = 200;
const LATENCY_REPEATS = 9;

type WorkOf<Name extends Work['work']> = Extract<Work, { work: Name }>;

async function makeIndex({ film, index }: WorkOf<'index'>): Promise<WorkResult<'index'>> {
  await using source = await openFileSource(film);
  const startBytes = peakMemoryBytes(process.pid);
  let bytes = new Uint8Array();
  const cpuMs = await cpuMsOf(async () => void (bytes = Uint8Array.from(await buildIndex(source, { identity: IDENTITY }))));
  const peakBytes = peakMemoryBytes(process.pid);
  await writeFile(index, bytes);
  return { startBytes, peakBytes, cpuMs, indexBytes: bytes.length, reads: source.counts.reads, readBytes: source.counts.bytes };
}

async function makePlaylists({ index }: WorkOf<'playlists'>): Promise<WorkResult<'playlists'>> {
  const bytes = await readFile(index);
  let textBytes = 0;
  const fromBytes = (): void => {
    textBytes = totalLength(writePlaylists(openIndexFile(bytes, IDENTITY)));
  };
  const firstMs = await cpuMsOf(fromBytes);
  const coldMs = await meanCpuMs(fromBytes);
  const opened = openIndexFile(bytes, IDENTITY);
  const warmMs = await meanCpuMs(() => void writePlaylists(opened));
  return { firstMs, coldMs, warmMs, textBytes };
}

async function makeSegment({ film, index, output }: WorkOf<'segment'>): Promise<WorkResult<'segment'>> {
  await using source = await openFileSource(film);
  const startBytes = peakMemoryBytes(process.pid);
  const opened = openIndexFile(await readFile(index), IDENTITY);
  const segment = chooseSegment(opened);
  const parts = await segmentParts(opened, source, segment);
  const peakBytes = peakMemoryBytes(process.pid);
  const whole = concatBytes(parts);
  await writeFile(output, whole);
  const planMs = await meanCpuMs(() => void planFmp4Segment(opened, { plan: opened.plan, segment, tracks: [0] }));
  const cpuMs = await meanCpuMs(async () => {
    await segmentParts(opened, source, segment);
    source.release();
  });
  return { startBytes, peakBytes, planMs, cpuMs, bytes: whole.length };
}

/** Times a segment whose index is read first, and one whose index is at hand. Another segment before them warms the process up. */
async function waitForSegment({ film, index, latencyMs }: WorkOf<'latency'>): Promise<WorkResult<'latency'>> {
  await using indexSource = await openFileSource(index, latencyMs);
  await using filmSource = await openFileSource(film, latencyMs);
  const open = async (): Promise<SourceIndex> => openIndexFile(await indexSource.read(0, indexSource.size), IDENTITY);
  const opened = await open();
  const segment = chooseSegment(opened);
  const sources = [indexSource, filmSource];
  const cold = await timeReads(sources, async () => void (await segmentParts(await open(), filmSource, segment)));
  const warm = await timeReads(sources, async () => void (await segmentParts(opened, filmSource, segment)));
  return { cold, warm };
}

async function timeReads(sources: readonly FileSource[], work: () => Promise<void>): Promise<WorkResult<'latency'>['cold']> {
  const total = (key: 'reads' | 'bytes'): number => sources.reduce((sum, { counts }) => sum + counts[key], 0);
  const release = (): void => sources.forEach((source) => source.release());
  await work();
  release();
  const [reads, bytes, times]: [number, number, number[]] = [total('reads'), total('bytes'), []];
  for (let repeat = 0; repeat < LATENCY_REPEATS; repeat += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
    release();
  }
  const perWork = (key: 'reads' | 'bytes', before: number): number => (total(key) - before) / LATENCY_REPEATS;
  return { wallMs: median(times), reads: perWork('reads', reads), bytes: perWork('bytes', bytes) };
}

/** Writes all files of a film's HLS in fragments. */
async function makeWhole({ film, directory }: WorkOf<'whole'>): Promise<WorkResult<'whole'>> {
  await using source = await openFileSource(film);
  let segments = 0;
  const cpuMs = await cpuMsOf(async () => {
    const index = openIndexFile(await buildIndex(source, { identity: IDENTITY }));
    for (const [at, text] of writePlaylists(index).entries()) await writeFile(join(directory, `${at}.m3u8`), text);
    for (const track of index.tracks.keys()) {
      await writeFile(join(directory, `${track}_init.mp4`), writeInitSegment(index, [track]));
      for (let segment = 0; segment < index.plan.segments; segment += 1) {
        await writeFile(join(directory, `${track}_${segment}.m4s`), await segmentParts(index, source, segment, track));
        source.release();
      }
    }
    segments = index.plan.segments;
  });
  return { cpuMs, segments };
}

/** Returns the CPU time of all threads of this process while `work` runs, milliseconds. */
async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Repeats a work often enough to compile it first. @returns its mean CPU time, milliseconds */
async function meanCpuMs(work: () => unknown): Promise<number> {
  const repeat = async (): Promise<void> => {
    for (let at = 0; at < REPEATS; at += 1) await work();
  };
  await repeat();
  return (await cpuMsOf(repeat)) / REPEATS;
}

function totalLength(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function runOne(work: Work): Promise<unknown> {
  if (work.work === 'index') return makeIndex(work);
  if (work.work === 'playlists') return makePlaylists(work);
  if (work.work === 'segment') return makeSegment(work);
  return work.work === 'latency' ? waitForSegment(work) : makeWhole(work);
}

process.stdout.write(JSON.stringify(await runOne(workSchema.parse(JSON.parse(process.argv[2] ?? '{}')))));
