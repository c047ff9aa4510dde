import { concatBytes, fourCc, u16, u32, zeros } from '../../byte-writer.ts';
import { writeBox, writeFullBox } from '../../isobmff/box-writer.ts';
import { writeDref } from '../../isobmff/dref.ts';
import { writeHdlr } from '../../isobmff/hdlr.ts';
import { writeMdhd } from '../../isobmff/mdhd.ts';
import { writeMvhd } from '../../isobmff/mvhd.ts';
import { writeStsd } from '../../isobmff/stsd.ts';
import { writeTkhd } from '../../isobmff/tkhd.ts';
import { writeTrex } from '../../isobmff/trex.ts';
import type { IndexedTrack, SourceIndex } from '../index/source-index.ts';
import { chooseTracks } from '../segments/packaged-segment.ts';

/** Ticks per second of the movie box, in which no time is stated. */
const MOVIE_TIMESCALE = 1_000;

/** Returns the id of a track in init and media segments, whatever other tracks they have. */
export function trackIdOf({ tracks }: SourceIndex, track: IndexedTrack): number {
  return tracks.indexOf(track) + 1;
}

/**
 * Writes an init segment: ISO/IEC 14496-12:2022, 8.1 and 8.8. It has no edit list, which players ignore: decoding times of the
 * media segments say when each track starts. Its matrices are the identity, whatever the source says, so that every browser shows
 * the picture as it is stored: some follow a rotation in an init segment and some do not, and the page turns the picture by the
 * orientation in the index (`docs/just-in-time.md`).
 *
 * @param tracks positions of tracks in the index. @default the leading track and, beside a video, the first sound track that is played
 * @throws PackagingError `no_tracks`, `unplayable_sound`
 */
export function writeInitSegment(index: SourceIndex, tracks?: readonly number[]): Uint8Array {
  const chosen = chooseTracks(index, tracks).map((track) => ({ track, trackId: trackIdOf(index, track) }));
  const brands = ['iso6', 'mp41', 'dash', 'cmfc'];
  const ftyp = writeBox('ftyp', fourCc('iso6'), u32(1), ...brands.map(fourCc));
  const defaults = { sampleEntry: 1, sampleDuration: 0, sampleSize: 0, sampleFlags: 0 };
  const moov = writeBox(
    'moov',
    writeMvhd({ timescale: MOVIE_TIMESCALE, nextTrackId: index.tracks.length + 1 }),
    ...chosen.map(({ track, trackId }) => writeTrak(track, trackId)),
    writeBox('mvex', ...chosen.map(({ trackId }) => writeTrex({ trackId, ...defaults }))),
  );
  return concatBytes([ftyp, moov]);
}

/** Writes ISO/IEC 14496-12:2022, 8.3.1 Track Box. */
function writeTrak({ video, timescale, language, sampleEntry }: IndexedTrack, trackId: number): Uint8Array {
  const { horizontal, vertical } = video?.pixelAspect ?? { horizontal: 1, vertical: 1 };
  const [width, height] = [((video?.width ?? 0) * horizontal) / vertical, video?.height ?? 0];
  const mediaHeader = video === undefined ? writeFullBox('smhd', 0, 0, u16(0, 0)) : writeFullBox('vmhd', 0, 1, zeros(8));
  // Tables of media in fragments are empty: 8.8.1.
  const tables = ['stts', 'stsc', 'stco'].map((type) => writeFullBox(type, 0, 0, u32(0)));
  const stbl = writeBox('stbl', writeStsd(sampleEntry), ...tables, writeFullBox('stsz', 0, 0, u32(0, 0)));
  return writeBox(
    'trak',
    writeTkhd({ trackId, width, height, isSound: video === undefined }),
    writeBox(
      'mdia',
      writeMdhd({ timescale, language }),
      writeHdlr(video === undefined ? 'soun' : 'vide'),
      writeBox('minf', mediaHeader, writeBox('dinf', writeDref()), stbl),
    ),
  );
}
