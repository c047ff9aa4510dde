import type { ByteSource } from '../../../../media/byte-source.ts';
import { limitTotals } from '../../../../media/limit-totals.ts';
import { STEP_LIMITS } from '../../../../media/open-source.ts';
import { buildIndex } from '../../../../media/packaging/build-index.ts';
import { writeInitSegment } from '../../../../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../../../../media/packaging/fmp4/media-segment.ts';
import { openIndexFile } from '../../../../media/packaging/index/index-file.ts';
import { planTransportSegment } from '../../../../media/packaging/mpegts/transport-segment.ts';
import { PackagingError } from '../../../../media/packaging/packaging-error.ts';
import { writeStreamPlaylist } from '../../../../media/packaging/playlists/media-playlist.ts';
import { writeFilmMpd } from '../../../../media/packaging/playlists/mpd.ts';
import { writeFilmPlaylist } from '../../../../media/packaging/playlists/multivariant-playlist.ts';
import type { PackagedSegment } from '../../../../media/packaging/segments/packaged-segment.ts';
import { planSegments } from '../../../../media/packaging/segments/plan-segments.ts';
import { seededRandom } from './film-index.ts';

/** A file to mutate. */
export interface FuzzedFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Parts that hold boxes other than media, most of which are mutated. */
  readonly structure: readonly (readonly [start: number, end: number])[];
}

/** Finds the parts of a file that hold boxes other than media. */
export function fuzzedFile(name: string, bytes: Buffer): FuzzedFile {
  const structure: [number, number][] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const isLarge = size === 1;
    const end = isLarge ? at + Number(bytes.readBigUInt64BE(at + 8)) : at + Math.max(8, size);
    structure.push(bytes.toString('latin1', at + 4, at + 8) === 'mdat' ? [at, at + 16] : [at, Math.min(end, bytes.length)]);
    at = end;
  }
  return { name, bytes, structure };
}

const EXTREMES = [0, 1, 2, 7, 8, 0xff, 0x100, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/** Copies a file and damages it, in the same way for the same seed. */
function mutate({ bytes, structure }: FuzzedFile, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  const choose = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const place = (): number => {
    const [start, end] = random() < 0.9 ? choose(structure) : [0, copy.length];
    return Math.min(copy.length - 8, start + Math.floor(random() * (end - start)));
  };
  for (let changes = 1 + Math.floor(random() ** 3 * 8); changes > 0; changes -= 1) {
    const at = place();
    const kind = random();
    if (kind < 0.4) copy.writeUInt32BE(choose(EXTREMES), at);
    else if (kind < 0.7) copy[at] = Math.floor(random() * 256);
    else if (kind < 0.8) copy.writeUInt32BE((copy.readUInt32BE(at) + Math.floor(random() * 17) - 8) >>> 0, at);
    else if (kind < 0.9) copy.copy(copy, at, place(), place());
    else copy.writeUInt32BE((copy.readUInt32BE(at) ^ (1 << Math.floor(random() * 31))) >>> 0, at);
  }
  return random() < 0.05 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
}

/** How a case ended: a code of `PackagingError`, or `packaged`. */
export type FuzzOutcome = string;

/**
 * Mutates a file and packages it, or mutates the index of the intact file.
 *
 * @param index index of the intact file
 * @throws any error that is not a `PackagingError`: a defect
 */
export async function runFuzzCase(file: FuzzedFile, index: Buffer, seed: number): Promise<FuzzOutcome> {
  const random = seededRandom(seed);
  // The first numbers of neighboring seeds are alike.
  for (let skipped = 0; skipped < 8; skipped += 1) random();
  const outcomes: string[] = [];
  await attempt(outcomes, async () => {
    const isIndex = random() < 0.1;
    const media = isIndex ? file.bytes : mutate(file, random);
    const bytes = isIndex
      ? mutate({ name: '', bytes: index, structure: [[0, index.length]] }, random)
      : await buildIndex(limitedSource(media), { identity: 'file', segmentSeconds: 0.5 + random() * 4 });
    const opened = openIndexFile(bytes, 'file');
    const plan = planSegments(opened, random() < 0.5 ? opened.plan.segmentSeconds : 1);
    // In any codec: transport streams have more than browsers play.
    const [lead, other] = [opened.tracks.findIndex(({ kind }) => kind === 'video'), opened.tracks.findIndex(({ kind }) => kind === 'audio')];
    const tracks = [lead, other].filter((position) => position >= 0);
    await attempt(outcomes, () => writeInitSegment(opened, tracks));
    const segment = Math.floor(random() * plan.segments);
    await attempt(outcomes, () => assemble(planFmp4Segment(opened, { plan, segment, tracks }), media));
    await attempt(outcomes, () => assemble(planTransportSegment(opened, { plan, segment, tracks }), media));
    const options = { plan, sound: tracks.filter((position) => position !== lead), clip: random() < 0.5 ? [] : [{ startSeconds: random() * 2, endSeconds: 2 + random() }] };
    await attempt(outcomes, () => writeFilmPlaylist(opened, random() < 0.5 ? 'fmp4' : 'ts', options));
    await attempt(outcomes, () => writeStreamPlaylist(opened, { container: 'fmp4', tracks: [0] }, options));
    await attempt(outcomes, () => writeFilmMpd(opened, options));
  });
  return outcomes[0] ?? 'packaged';
}

async function attempt(outcomes: string[], run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    outcomes.push(error.code);
  }
}

function assemble(segment: PackagedSegment & { readonly bytes?: number; readonly maxBytes?: number }, media: Buffer): void {
  const parts = segment.assemble(segment.ranges.map(({ offset, length }) => media.subarray(offset, offset + length)));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (segment.bytes !== undefined && length !== segment.bytes) throw new Error(`A segment has ${length} bytes, not ${segment.bytes}.`);
  if (segment.maxBytes !== undefined && length > segment.maxBytes) throw new Error(`A segment has more than ${segment.maxBytes} bytes.`);
}

function limitedSource(media: Buffer): ByteSource {
  const source = { size: media.length, read: (offset: number, length: number) => Promise.resolve(media.subarray(offset, offset + length)) };
  return limitTotals(source, STEP_LIMITS);
}
