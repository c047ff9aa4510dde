/** Form of segments: fragmented MP4 or an MPEG-2 transport stream. */
export type Container = 'fmp4' | 'ts';

/** Stream of a media playlist: some tracks of a source, in one container. */
export interface StreamName {
  readonly container: Container;
  /** Positions of the tracks in the index, from 0; the first one carries the clock of a transport stream. */
  readonly tracks: readonly number[];
}

/** File of a stream, as its address identifies it. */
export type StreamFile =
  | { readonly kind: 'playlist'; readonly stream: StreamName }
  | { readonly kind: 'init'; readonly stream: StreamName }
  /** `number` counts from the first number that the playlist was written with. */
  | { readonly kind: 'segment'; readonly stream: StreamName; readonly number: number };

const EXTENSIONS: Readonly<Record<Container, string>> = { fmp4: 'm4s', ts: 'ts' };

/** Returns the name of a stream, the prefix of its files' addresses: `fmp4-1`, `ts-1-2`. Numbers of tracks count from 1. */
export function writeStreamName({ container, tracks }: StreamName): string {
  return [container, ...tracks.map((track) => track + 1)].join('-');
}

/**
 * Returns the address of a file, relative to the multivariant playlist: `fmp4-1.m3u8`, `fmp4-1_init.mp4`, `fmp4-1_0.m4s`,
 * `ts-1-2_0.ts`. It has letters, digits, `-`, `_` and `.` alone, and no query.
 */
export function writeStreamAddress(file: StreamFile): string {
  const name = writeStreamName(file.stream);
  if (file.kind === 'playlist') return `${name}.m3u8`;
  return file.kind === 'init' ? `${name}_init.mp4` : `${name}_${file.number}.${EXTENSIONS[file.stream.container]}`;
}

/** A stream's name with its file. Numbers have no leading zeros, so that each file has one address. */
const ADDRESS = /^(fmp4|ts)-([1-9]\d{0,4}(?:-[1-9]\d{0,4}){0,7})(?:\.(m3u8)|_(init)\.mp4|_(0|[1-9]\d{0,9})\.(m4s|ts))$/;

/** Reads an address that `writeStreamAddress` wrote. @returns undefined for any other text */
export function readStreamAddress(address: string): StreamFile | undefined {
  const [, container, numbers = '', playlist, init, number, extension] = ADDRESS.exec(address) ?? [];
  if (container !== 'fmp4' && container !== 'ts') return undefined;
  const stream = { container, tracks: numbers.split('-').map((text) => Number(text) - 1) } as const;
  if (playlist !== undefined) return { kind: 'playlist', stream };
  if (init !== undefined) return container === 'fmp4' ? { kind: 'init', stream } : undefined;
  return extension === EXTENSIONS[container] ? { kind: 'segment', stream, number: Number(number) } : undefined;
}
