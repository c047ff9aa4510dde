import type { PictureMatrix } from '../orientation.ts';
import { u16, u32, zeros } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { boxesIn, findBox, type LoadedBox, readerOf, rootOf } from './box-tree.ts';
import { readMatrix, writeIdentityMatrix } from './matrix.ts';

export interface TrackHeader {
  readonly trackId: number;
  readonly enabled: boolean;
  /** Matrix that a player applies to the picture, before the movie's. */
  readonly matrix: PictureMatrix;
  /** Presentation size before the matrix, whole pixels. */
  readonly width: number;
  readonly height: number;
}

/** Reads ISO/IEC 14496-12:2022, 8.3.2 Track Header Box. */
export function parseTkhd(box: LoadedBox): TrackHeader {
  const reader = readerOf(box);
  const { version, flags } = reader.fullBox();
  reader.skip(version === 1 ? 16 : 8);
  const trackId = reader.u32();
  // reserved, duration, reserved, layer, group, volume, reserved
  reader.skip(4 + (version === 1 ? 8 : 4) + 8 + 8);
  const matrix = readMatrix(reader);
  const width = reader.u32() / 0x1_0000;
  const height = reader.u32() / 0x1_0000;
  return { trackId, enabled: (flags & 1) === 1, matrix, width, height };
}

/** Bytes to write at an offset of the file. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Returns the bytes to write over an init segment so that players do not rotate its tracks. ffmpeg copies the
 * rotation that a source states to outputs that it has already rotated.
 *
 * @param init everything up to the end of `moov`
 */
export function uprightPatches(init: Uint8Array): readonly Patch[] {
  const moov = findBox(rootOf(init), 'moov');
  if (moov === undefined) return [];
  return boxesIn(moov).flatMap((trak) => {
    const tkhd = trak.type === 'trak' ? findBox(trak, 'tkhd') : undefined;
    return tkhd === undefined ? [] : [uprightPatch(tkhd)];
  });
}

function uprightPatch(tkhd: LoadedBox): Patch {
  return { offset: tkhd.offset + tkhd.headerSize + (tkhd.content[0] === 1 ? 52 : 40), bytes: writeIdentityMatrix() };
}

/** Track to write: its size is that of the presentation, 0 for sound. */
export interface WrittenTrackHeader extends Pick<TrackHeader, 'trackId' | 'width' | 'height'> {
  readonly isSound: boolean;
}

/**
 * Writes ISO/IEC 14496-12:2022, 8.3.2 Track Header Box of an enabled track in fragments, whose duration is 0. Its matrix is the
 * identity.
 */
export function writeTkhd({ trackId, width, height, isSound }: WrittenTrackHeader): Uint8Array {
  const [ENABLED_IN_MOVIE, FULL_VOLUME] = [3, 0x100];
  const head = [u32(0, 0, trackId, 0, 0), zeros(8), u16(0, 0, isSound ? FULL_VOLUME : 0, 0)];
  const size = u32(Math.round(width * 0x1_0000), Math.round(height * 0x1_0000));
  return writeFullBox('tkhd', 0, ENABLED_IN_MOVIE, ...head, writeIdentityMatrix(), size);
}
