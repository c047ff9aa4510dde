import { open } from 'node:fs/promises';
import type { RangeSegment } from '../../../media/hls/media-playlist.ts';
import { type Fragment, type FragmentedTrack, readFragmentedTrack } from '../../../media/isobmff/fragmented-track.ts';
import type { MovieTrack } from '../../../media/isobmff/movie.ts';
import { writeSidx } from '../../../media/isobmff/sidx.ts';
import { writeDecodeTime } from '../../../media/isobmff/tfdt.ts';
import { uprightPatches } from '../../../media/isobmff/tkhd.ts';
import type { Segment } from '../../../media/segments.ts';
import { fileSource } from '../file-source.ts';

/** A rendition as it will be uploaded: the file that ffmpeg made, with an index after its init segment. */
export interface FinishedRendition {
  /** Path of ffmpeg's file, without the index. */
  readonly path: string;
  readonly track: FragmentedTrack;
  /** Segments at their offsets in the uploaded file, index included. */
  readonly segments: readonly Segment[];
  /** First frame of each fragment with its `moof` box, at the same offsets; each lasts until the next. */
  readonly keyFrames: readonly RangeSegment[];
  readonly index: Uint8Array;
  /** `codecs` parameter of RFC 6381. */
  readonly codec: string;
}

/**
 * Shifts a rendition to its start time, removes its rotation, divides it into segments and builds their index.
 *
 * @param startSeconds presentation time of the first frame
 * @param divide joins fragments to segments
 * @returns undefined for a file without fragments
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
    for (const { bytes, offset } of uprightPatches(await source.read(0, written.initSize)))
      await file.write(bytes, 0, undefined, offset);
    const { timescale } = written.track;
    const shift = Math.round(startSeconds * timescale);
    const fragments = written.fragments.map((fragment) => shiftFragment(fragment, shift));
    if (shift > 0) {
      for (const { decodeTime, decodeTimeBytes: valueBytes, decodeTimeOffset } of fragments) {
        await file.write(writeDecodeTime({ decodeTime, valueBytes }), 0, undefined, decodeTimeOffset);
      }
    }
    const [first] = fragments;
    if (first === undefined) return undefined;
    const segments = divide(fragments, timescale);
    const index = writeSidx({
      trackId: written.track.id,
      timescale,
      earliestPresentationTime: Math.max(0, first.firstCompositionTime - editStart(written.track)),
      firstOffset: 0,
      references: segments.map((segment) => ({
        size: segment.size,
        duration: segment.durationTicks,
        startsWithSap: true,
      })),
    });
    return {
      path,
      track: { ...written, fragments },
      segments: segments.map((segment) => moveSegment(segment, index.length)),
      keyFrames: fragments.map(({ offset, firstSampleEnd, duration }) => ({
        offset: offset + index.length,
        size: firstSampleEnd,
        durationSeconds: duration / timescale,
      })),
      index,
      codec: written.track.sampleEntry?.codec ?? '',
    };
  } finally {
    await file.close();
  }
}

function moveSegment(segment: Segment, bytes: number): Segment {
  return { ...segment, offset: segment.offset + bytes };
}

/** Returns the media time at which the edit list begins, ticks. */
function editStart({ edits }: MovieTrack): number {
  return Math.max(0, edits[0]?.mediaTime ?? 0);
}

function shiftFragment(fragment: Fragment, ticks: number): Fragment {
  return {
    ...fragment,
    decodeTime: fragment.decodeTime + ticks,
    firstCompositionTime: fragment.firstCompositionTime + ticks,
  };
}
