import type { ByteSource } from '../byte-source.ts';
import { boxesIn, findBox, type LoadedBox, readerOf, requireBox, rootOf } from './box-tree.ts';
import { readMoov } from './find-moov.ts';
import { parseHdlr } from './hdlr.ts';
import { readSampleSizes } from './sample-sizes.ts';

/**
 * Returns the offset at which the last video or audio sample ends, by the index of an unfragmented file. A file is complete if
 * it holds all samples, whatever its boxes claim. Plan.
 *
 * @throws IsobmffError any of its codes
 */
export async function readSamplesEnd(source: ByteSource): Promise<number> {
  const moov = await readMoov(source);
  if (moov === undefined) return 0;
  const root = rootOf(moov.bytes);
  let end = 0;
  for (const trak of boxesIn(requireBox(root, 'moov')).filter(({ type }) => type === 'trak')) {
    const hdlr = findBox(trak, 'mdia', 'hdlr');
    const stbl = findBox(trak, 'mdia', 'minf', 'stbl');
    const isMedia = hdlr !== undefined && /^(?:vide|soun)$/.test(parseHdlr(hdlr));
    if (isMedia && stbl !== undefined) end = Math.max(end, samplesEnd(stbl));
  }
  return end;
}

/** Reads ISO/IEC 14496-12:2022, 8.7, Sample Table Boxes of sizes, chunks and their offsets. */
function samplesEnd(stbl: LoadedBox): number {
  const sizes = readSampleSizes(stbl);
  const [runs, chunks] = [readChunkRuns(stbl), readChunkOffsets(stbl)];
  let [end, sample, run] = [0, 0, 0];
  for (let chunk = 0; chunk < chunks.count; chunk += 1) {
    while (run + 1 < runs.count && runs.firstChunk(run + 1) <= chunk) run += 1;
    const last = Math.min(sizes.count, sample + (run < runs.count ? runs.samples(run) : 0));
    const size = sizes.total(sample, last);
    sample = last;
    if (size > 0) end = Math.max(end, chunks.offset(chunk) + size);
  }
  return end;
}

/** A table with rows of numbers, which are read when they are needed. */
interface Table {
  readonly count: number;
  readonly view: DataView;
}

/** Runs of chunks with the same number of samples: the first chunk of each run, from 0, and the samples per chunk. */
function readChunkRuns(stbl: LoadedBox) {
  const { count, view } = openTable(findBox(stbl, 'stsc'), RUN_BYTES);
  return {
    count,
    firstChunk: (run: number) => view.getUint32(run * RUN_BYTES) - 1,
    samples: (run: number) => view.getUint32(run * RUN_BYTES + 4),
  };
}

function readChunkOffsets(stbl: LoadedBox) {
  const long = findBox(stbl, 'co64');
  const { count, view } = openTable(long ?? findBox(stbl, 'stco'), long === undefined ? 4 : 8);
  const offset = (chunk: number): number => (long === undefined ? view.getUint32(chunk * 4) : Number(view.getBigUint64(chunk * 8)));
  return { count, offset };
}

const RUN_BYTES = 12;

/** @returns as many rows as the box holds; none without a box */
function openTable(box: LoadedBox | undefined, rowBytes: number): Table {
  if (box === undefined) return { count: 0, view: new DataView(new ArrayBuffer(0)) };
  const reader = readerOf(box);
  reader.skip(4);
  const count = Math.min(reader.u32(), Math.floor(reader.remaining / rowBytes));
  const rows = reader.bytes(count * rowBytes);
  return { count, view: new DataView(rows.buffer, rows.byteOffset, rows.byteLength) };
}
