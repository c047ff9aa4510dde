import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeInitSegment } from '../../../../media/packaging/fmp4/init-segment.ts';
import { planFmp4Segment } from '../../../../media/packaging/fmp4/media-segment.ts';
import type { SourceIndex } from '../../../../media/packaging/index/source-index.ts';
import { planTransportSegment } from '../../../../media/packaging/mpegts/transport-segment.ts';
import { type HlsOptions, writeStreamPlaylist } from '../../../../media/packaging/playlists/media-playlist.ts';
import { writeFilmMpd } from '../../../../media/packaging/playlists/mpd.ts';
import { writeFilmPlaylist } from '../../../../media/packaging/playlists/multivariant-playlist.ts';
import { type Container, readStreamAddress } from '../../../../media/packaging/playlists/stream-address.ts';

/** A source in memory with its index. */
export interface PackagedSource {
  readonly file: Uint8Array;
  readonly index: SourceIndex;
}

/** Makes the file at an address, as a server would. */
export function fileAt({ file, index }: PackagedSource, address: string, options: HlsOptions = {}): Buffer {
  const found = readStreamAddress(address);
  if (found === undefined) throw new Error(`There is no file ${address}.`);
  const { container, tracks } = found.stream;
  if (found.kind === 'playlist') return Buffer.from(writeStreamPlaylist(index, found.stream, options));
  if (found.kind === 'init') return Buffer.from(writeInitSegment(index, tracks));
  const planSegment = container === 'fmp4' ? planFmp4Segment : planTransportSegment;
  const segment = planSegment(index, { plan: options.plan ?? index.plan, segment: found.number - (options.firstNumber ?? 0), tracks });
  return Buffer.concat(segment.assemble(segment.ranges.map(({ offset, length }) => file.subarray(offset, offset + length))));
}

/** Lists the addresses of a playlist, without their queries. */
export function addressesIn(playlist: string): string[] {
  const [lines, attributes] = [playlist.matchAll(/^[^#\n].*$/gm), playlist.matchAll(/URI="([^"]*)"/g)];
  return [...[...lines].map(([line]) => line), ...[...attributes].map(([, uri = '']) => uri)].map((uri) => uri.replace(/\?.*/, ''));
}

/** Writes all HLS files of a film into a folder. @returns path of `index.m3u8` */
export async function writeHlsFolder(folder: string, source: PackagedSource, container: Container, options: HlsOptions = {}): Promise<string> {
  const path = join(folder, 'index.m3u8');
  // A file name has no query.
  const text = writeFilmPlaylist(source.index, container, options).replaceAll(/\?[^"\n]*/g, '');
  await writeFile(path, text);
  for (const playlist of new Set(addressesIn(text))) {
    const listed = fileAt(source, playlist, options);
    await writeFile(join(folder, playlist), listed);
    for (const address of addressesIn(listed.toString())) await writeFile(join(folder, address), fileAt(source, address, options));
  }
  return path;
}

/** Writes all DASH files of a film into a folder. @returns path of `index.mpd` */
export async function writeDashFolder(folder: string, source: PackagedSource, options: HlsOptions = {}): Promise<string> {
  const path = join(folder, 'index.mpd');
  await writeFile(path, writeFilmMpd(source.index, options));
  for (const [position] of source.index.tracks.entries()) {
    const listed = writeStreamPlaylist(source.index, { container: 'fmp4', tracks: [position] }, options);
    for (const address of addressesIn(listed)) await writeFile(join(folder, address), fileAt(source, address, options));
  }
  return path;
}
