import type { ByteSource } from '../byte-source.ts';
import { type ContainerFormat, type MediaKind, SIGNATURES } from './signatures.ts';
import { skipId3 } from './skip-id3.ts';
import { sniffText } from './text-formats.ts';

/** Bytes that `sniff` needs, or the whole file if it is shorter. */
export const SNIFF_BYTES = 64 * 1024;

/** A file as its first bytes identify it. */
export type SniffedFile =
  | ({
      /** `protected` for a video that only a licensed player can decrypt. */
      readonly kind: MediaKind | 'protected';
    } & ContainerFormat)
  /** `playlist` for text that names media elsewhere: a program that opens it follows its references. */
  | { readonly kind: 'playlist' | 'unknown' };

/**
 * Identifies a file by its first bytes alone; names and content types can be wrong. Checks for text formats first, so that a
 * playlist is never taken for a container whose signature it happens to hold.
 */
export function sniff(head: Uint8Array): SniffedFile {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const text = sniffText(bytes);
  if (text !== undefined) return { kind: text === 'playlist' ? 'playlist' : 'unknown' };
  const signature = SIGNATURES.find(({ matches }) => matches(bytes));
  if (signature === undefined) return { kind: 'unknown' };
  const { kind, family, demuxer, mediaConvertFormat } = signature;
  return { kind: signature.isProtected?.(bytes) === true ? 'protected' : kind, family, demuxer, mediaConvertFormat };
}

/** A file with its identification. */
export interface SniffedSource {
  readonly sniffed: SniffedFile;
  /** The file without the tags before its media. */
  readonly media: ByteSource;
}

/** Identifies a file by the beginning of its media. A tag before anything unknown marks audio, whose signature it is. */
export async function sniffSource(source: ByteSource): Promise<SniffedSource> {
  const media = await skipId3(source);
  const sniffed = sniff(await media.read(0, SNIFF_BYTES));
  if (sniffed.kind !== 'unknown' || media === source) return { sniffed, media };
  return { sniffed: sniff(await source.read(0, SNIFF_BYTES)), media: source };
}
