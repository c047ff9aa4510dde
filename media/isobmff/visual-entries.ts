import type { CodePoints } from '../color/code-points.ts';
import type { StatedPicture } from '../picture/picture.ts';
import type { Framing, StatingCodec } from '../picture/stated-picture.ts';
import { boxesIn, findBox, type LoadedBox, readerOf } from './box-tree.ts';
import { configuredPicture } from './configured-picture.ts';
import { readFullRange } from './full-range.ts';
import { parsePasp, type PixelAspect } from './pasp.ts';

/** Properties that a video's sample entry states. */
export interface VisualEntry {
  readonly picture: StatedPicture;
  /** Pixel aspect of the container, which overrides the stream's; undefined if not stated. */
  readonly pixelAspect: PixelAspect | undefined;
  /** Colors of the container, which apply to samples that state none. */
  readonly colors: StatedColors;
  /** Codec whose samples may state another picture; undefined for other codecs. */
  readonly codec: StatingCodec | undefined;
  readonly framing: Framing;
}

const CODECS: Readonly<Record<string, StatingCodec>> = {
  avc1: 'avc', avc2: 'avc', avc3: 'avc', avc4: 'avc', hvc1: 'hevc', hev1: 'hevc', vp08: 'vp8', vp09: 'vp9', av01: 'av1', mp4v: 'mpeg4',
};

/** Reads all entries of a video's Sample Description Box: ISO/IEC 14496-12:2022, 8.5.2 and 12.1.3. */
export function parseVisualEntries(stsd: LoadedBox): readonly VisualEntry[] {
  return boxesIn(stsd, 8).map(parseEntry);
}

function parseEntry(entry: LoadedBox): VisualEntry {
  const reader = readerOf(entry);
  reader.skip(24);
  const size = { width: reader.u16(), height: reader.u16() };
  reader.skip(50);
  const children = boxesIn(entry, reader.position);
  const child = (type: string): LoadedBox | undefined => children.find((box) => box.type === type);
  const codec = CODECS[entry.type];
  const configuration = child('avcC') ?? child('hvcC');
  const stated = codec && configuration && configuredPicture(codec, configuration.content);
  const pasp = child('pasp');
  const pixelAspect = pasp && parsePasp(pasp);
  const colors = statedColors(children);
  return { picture: withColors(withAspect(stated ?? size, pixelAspect), colors), pixelAspect, colors, codec, framing: configuration === undefined ? 'startCodes' : lengthBytes(configuration) };
}

/** Returns a picture with its container's pixel aspect, if stated. */
export function withAspect(stated: StatedPicture, container: PixelAspect | undefined): StatedPicture {
  return container === undefined ? stated : { ...stated, pixelAspect: container };
}

type StatedColors = Pick<StatedPicture, 'fullRange' | 'codePoints'>;

/** Returns a picture with its container's colors, where the stream states none. */
export function withColors(stated: StatedPicture, { fullRange, codePoints }: StatedColors): StatedPicture {
  return { ...stated, fullRange: stated.fullRange ?? fullRange, codePoints: mergeCodePoints(stated.codePoints, codePoints) };
}

const UNSPECIFIED = 2;

function mergeCodePoints(stated: CodePoints | undefined, container: CodePoints | undefined): CodePoints | undefined {
  if (stated === undefined || container === undefined) return stated ?? container;
  const either = (name: keyof CodePoints): number => (stated[name] === UNSPECIFIED ? container[name] : stated[name]);
  return { primaries: either('primaries'), transfer: either('transfer'), matrix: either('matrix') };
}

/**
 * Reads the Colour Information Box (ISO/IEC 14496-12:2022, 12.1.5), whose QuickTime variant `nclc` lacks the range, or the VP Codec
 * Configuration Box (VP Codec ISO Media File Format Binding 1.0).
 */
function statedColors(children: readonly LoadedBox[]): StatedColors {
  return { fullRange: readFullRange(children), codePoints: children.map(codePointsIn).find((found) => found !== undefined) };
}

/** Reads the code points of a color box of a sample entry; undefined for any other box. */
export function codePointsIn({ type, content }: LoadedBox): CodePoints | undefined {
  const bytes = Buffer.from(content);
  if (type === 'vpcC' && bytes.length >= 10) return { primaries: bytes[7] ?? 2, transfer: bytes[8] ?? 2, matrix: bytes[9] ?? 2 };
  if (type !== 'colr' || bytes.length < 10 || !/^ncl[xc]/.test(bytes.toString('latin1', 0, 4))) return undefined;
  return { primaries: bytes.readUInt16BE(4), transfer: bytes.readUInt16BE(6), matrix: bytes.readUInt16BE(8) };
}

/** Returns the size of the length field before each unit of a sample. */
export function lengthBytes({ type, content }: Pick<LoadedBox, 'type' | 'content'>): Exclude<Framing, 'startCodes'> {
  const [AVC_AT, HEVC_AT] = [4, 21];
  const lengths = [1, 2, 3, 4] as const;
  return lengths[(content[type === 'avcC' ? AVC_AT : HEVC_AT] ?? 3) & 3] ?? 4;
}

/** Returns the entries of a sample table; none if it has no description. */
export function entriesOf(sampleTable: LoadedBox | undefined): readonly VisualEntry[] {
  const stsd = sampleTable && findBox(sampleTable, 'stsd');
  return stsd === undefined ? [] : parseVisualEntries(stsd);
}
