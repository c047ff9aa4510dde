import type { PictureMatrix } from '../orientation.ts';
import { u16, u32, zeros } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';
import { IDENTITY, readMatrix, writeIdentityMatrix } from './matrix.ts';
import { longDuration, shortDuration } from './mdhd.ts';

export interface MovieHeader {
  /** Ticks per second, also of the durations in edit lists. */
  readonly timescale: number;
  /** Ticks; 0 if not stated. */
  readonly duration: number;
  /** Matrix that a player applies to each picture, after the track's. */
  readonly matrix: PictureMatrix;
}

/** Rate, volume and reserved bytes, and the matrix. */
const [BYTES_BEFORE_MATRIX, MATRIX_BYTES] = [16, 36];


/** Reads ISO/IEC 14496-12:2022, 8.2.2 Movie Header Box. */
export function parseMvhd(box: LoadedBox): MovieHeader {
  const reader = readerOf(box);
  const { version } = reader.fullBox();
  reader.skip(version === 1 ? 16 : 8);
  const timescale = reader.u32();
  if (timescale === 0) throw new IsobmffError('bad_value', 'The movie has a timescale of zero.', 'mvhd');
  const duration = version === 1 ? longDuration(reader.u32(), reader.u32()) : shortDuration(reader.u32());
  if (reader.remaining < BYTES_BEFORE_MATRIX + MATRIX_BYTES) return { timescale, duration, matrix: IDENTITY };
  reader.skip(BYTES_BEFORE_MATRIX);
  return { timescale, duration, matrix: readMatrix(reader) };
}

/** Writes ISO/IEC 14496-12:2022, 8.2.2 Movie Header Box, for media in fragments, whose duration is 0. */
export function writeMvhd({ timescale, nextTrackId }: { readonly timescale: number; readonly nextTrackId: number }): Uint8Array {
  const [NORMAL_SPEED, FULL_VOLUME] = [0x1_0000, 0x100];
  const head = [u32(0, 0, timescale, 0, NORMAL_SPEED), u16(FULL_VOLUME), zeros(10)];
  return writeFullBox('mvhd', 0, 0, ...head, writeIdentityMatrix(), zeros(24), u32(nextTrackId));
}
