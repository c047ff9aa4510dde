import { open } from 'node:fs/promises';
import { type Fragment, type FragmentedTrack, readFragmentedTrack } from '../../media/isobmff/fragmented-track.ts';
import type { MovieTrack } from '../../media/isobmff/movie.ts';
import { uprightPatches } from '../../media/isobmff/upright.ts';
import { writeSidx } from '../../media/isobmff/sidx.ts';
import type { Segment } from '../../media/segments.ts';
import { fileSource } from './file-source.ts';

/** A rendition as it will lie in the bucket: the file that ffmpeg made, with an index after its init segment. */
export interface FinishedRendition {
  /** On this machine. */
  readonly path: string;
  readonly track: FragmentedTrack;
  /** Offsets count the index. */
  readonly segments: readonly Segment[];
  readonly index: Uint8Array;
  /** RFC 6381. */
  readonly codec: string;
}

/**
 * Lets a rendition begin later than at zero and stand upright, divides it into segments and makes the index of them.
 *
 * @param startSeconds when its first frame is presented
 * @param divide fragments to segments
 * @returns undefined for a file without any fragment
 */
export async function finishRendition(
  path: string,
  startSeconds: number,
  divide: (fragments: readonly Fragment[], timescale: number) => readonly Segment[],
): Promise<FinishedRendition | undefined> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const source = fileSource(file, size);
    const written = await readFragmentedTrack(source);
    for (const { bytes, offset } of uprightPatches(await source.read(0, written.initSize))) await file.write(bytes, 0, undefined, offset);
    const { timescale } = written.track;
    const shift = Math.round(startSeconds * timescale);
    const fragments = written.fragments.map((fragment) => later(fragment, shift));
    if (shift > 0) for (const fragment of fragments) await file.write(decodeTimeBytes(fragment), 0, undefined, fragment.decodeTimeOffset);
    const [first] = fragments;
    if (first === undefined) return undefined;
    const segments = divide(fragments, timescale);
    const index = writeSidx({
      trackId: written.track.id,
      timescale,
      earliestPresentationTime: Math.max(0, first.firstCompositionTime - editStart(written.track)),
      firstOffset: 0,
      references: segments.map((segment) => ({ size: segment.size, duration: segment.durationTicks, startsWithSap: true })),
    });
    return {
      path,
      track: { ...written, fragments },
      segments: segments.map((segment) => moved(segment, index.length)),
      index,
      codec: written.track.sampleEntry?.codec ?? '',
    };
  } finally {
    await file.close();
  }
}

function moved(segment: Segment, bytes: number): Segment {
  return { ...segment, offset: segment.offset + bytes };
}

/** Where in the media the edit list begins to present it, ticks. */
function editStart({ edits }: MovieTrack): number {
  return Math.max(0, edits[0]?.mediaTime ?? 0);
}

function later(fragment: Fragment, ticks: number): Fragment {
  return {
    ...fragment,
    decodeTime: fragment.decodeTime + ticks,
    firstCompositionTime: fragment.firstCompositionTime + ticks,
  };
}

function decodeTimeBytes({ decodeTime, decodeTimeBytes: width }: Fragment): Uint8Array {
  const bytes = new Uint8Array(width);
  const view = new DataView(bytes.buffer);
  if (width === 8) view.setBigUint64(0, BigInt(decodeTime));
  else view.setUint32(0, decodeTime);
  return bytes;
}
