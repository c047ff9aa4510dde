import type { ByteSource } from '../byte-source.ts';
import { configuredPicture } from '../isobmff/configured-picture.ts';
import { VIDEO_CODECS } from './video-codecs.ts';
import type { PixelAspect } from '../isobmff/pasp.ts';
import type { Orientation } from '../orientation.ts';
import { rational } from '../rational.ts';
import { childrenOf, findChild, readElement, unsignedOf } from './ebml.ts';
import { readProjection } from './projection.ts';
import type { Segment } from './segment.ts';

// Identifiers: RFC 9559, 5.1.
const [INFO, TIMESTAMP_SCALE] = [0x1549a966, 0x2ad7b1];
const [TRACKS, TRACK_ENTRY, TRACK_NUMBER, TRACK_TYPE, FLAG_DEFAULT] = [0x1654ae6b, 0xae, 0xd7, 0x83, 0x88];
const [DEFAULT_DURATION, VIDEO, FLAG_INTERLACED, COLOUR, RANGE] = [0x23e383, 0xe0, 0x9a, 0x55b0, 0x55b9];
const [CODEC_ID, CODEC_PRIVATE] = [0x86, 0x63a2];
const [PIXEL_WIDTH, PIXEL_HEIGHT, DISPLAY_WIDTH, DISPLAY_HEIGHT, DISPLAY_UNIT] = [0xb0, 0xba, 0x54b0, 0x54ba, 0x54b2];
export const CLUSTER = 0x1f43b675;

const KINDS: Readonly<Record<number, MatroskaTrack['kind']>> = { 1: 'video', 2: 'audio', 17: 'subtitles' };
const DEFAULT_SCALE_NANOSECONDS = 1_000_000;
/** Maximum size of the descriptions of all tracks. */
const MAX_TRACKS_BYTES = 1024 * 1024;
/** Maximum number of tracks; others are ignored. */
const MAX_TRACKS = 1_000;
/** Maximum number of elements before the first cluster. */
const MAX_ELEMENTS = 64;

/** Description of a track before the first cluster. */
export interface MatroskaTrack {
  readonly number: number;
  readonly kind: 'video' | 'audio' | 'subtitles' | 'other';
  /** Whether a player may choose the track on its own; true unless stated otherwise: RFC 9559, 5.1.4.1.5. */
  readonly isDefault: boolean;
  /** Default duration of a frame, nanoseconds; 0 if not stated. */
  readonly frameNanoseconds: number;
  /** Whether the file states that frames consist of two fields: RFC 9559, 5.1.4.1.28.1. */
  readonly interlaced: boolean;
  /** Whether samples use the full range of code values; undefined if not stated. */
  readonly fullRange: boolean | undefined;
  /** How a player shows the picture; undefined if not stated. */
  readonly orientation: Orientation | undefined;
  /** Name of the codec, such as `V_VP8`, and its configuration: RFC 9559, 5.1.4.1.21 and 22. */
  readonly codec: string;
  readonly configuration: Uint8Array;
  /** Pixel aspect, by the display size of frames; undefined if not stated: RFC 9559, 5.1.4.1.28.12 to 14. */
  readonly pixelAspect: PixelAspect | undefined;
}

/** Everything before the first cluster of a segment. */
export interface SegmentHead {
  /** Tracks, in file order. */
  readonly tracks: readonly MatroskaTrack[];
  /** Timestamps per second. */
  readonly ticksPerSecond: number;
  /** Offset of the first cluster. */
  readonly firstCluster: number;
}

/** Reads everything before the first cluster. Returns undefined if that is impossible. */
export async function readSegmentHead(source: ByteSource, { start }: Segment): Promise<SegmentHead | undefined> {
  let scale = DEFAULT_SCALE_NANOSECONDS;
  let tracks: readonly MatroskaTrack[] = [];
  let offset = start;
  for (let count = 0; count < MAX_ELEMENTS; count += 1) {
    const element = await readElement(source, offset);
    if (element === undefined) return undefined;
    if (element.id === CLUSTER) return { tracks, ticksPerSecond: 1e9 / scale, firstCluster: offset };
    if (element.contentSize === undefined) return undefined;
    const content = (): Promise<Uint8Array> =>
      source.read(offset + element.headSize, Math.min(element.contentSize ?? 0, MAX_TRACKS_BYTES));
    if (element.id === INFO) scale = numberIn(await content(), TIMESTAMP_SCALE) || DEFAULT_SCALE_NANOSECONDS;
    if (element.id === TRACKS) tracks = tracksIn(await content());
    offset += element.headSize + element.contentSize;
  }
  return undefined;
}

function tracksIn(content: Uint8Array): MatroskaTrack[] {
  return [...childrenOf(content)]
    .filter(({ id }) => id === TRACK_ENTRY)
    .slice(0, MAX_TRACKS)
    .map(({ content: entry }) => ({
      number: numberIn(entry, TRACK_NUMBER),
      kind: KINDS[numberIn(entry, TRACK_TYPE)] ?? 'other',
      isDefault: numberIn(entry, FLAG_DEFAULT, 1) === 1,
      frameNanoseconds: numberIn(entry, DEFAULT_DURATION),
      interlaced: numberIn(findChild(entry, VIDEO) ?? new Uint8Array(), FLAG_INTERLACED) === 1,
      fullRange: fullRangeOf(entry) ?? codecFullRange(entry),
      orientation: readProjection(findChild(entry, VIDEO) ?? new Uint8Array()),
      codec: codecOf(entry),
      configuration: findChild(entry, CODEC_PRIVATE) ?? new Uint8Array(),
      pixelAspect: pixelAspectOf(findChild(entry, VIDEO) ?? new Uint8Array()),
    }));
}

/** Reads RFC 9559, 5.1.4.1.28.26: 1 for limited range, 2 for full range. */
function fullRangeOf(track: Uint8Array): boolean | undefined {
  const range = numberIn(findChild(findChild(track, VIDEO) ?? new Uint8Array(), COLOUR) ?? new Uint8Array(), RANGE);
  return range === 1 || range === 2 ? range === 2 : undefined;
}

function codecFullRange(track: Uint8Array): boolean | undefined {
  const codec = VIDEO_CODECS[codecOf(track)];
  return codec && configuredPicture(codec, findChild(track, CODEC_PRIVATE) ?? new Uint8Array())?.fullRange;
}

function codecOf(track: Uint8Array): string {
  return Buffer.from(findChild(track, CODEC_ID) ?? new Uint8Array()).toString('latin1');
}

/** Display sizes are in pixels, centimeters, inches or an aspect ratio (0 to 3); other units are unknown. */
function pixelAspectOf(video: Uint8Array): PixelAspect | undefined {
  const [width, height] = [numberIn(video, PIXEL_WIDTH), numberIn(video, PIXEL_HEIGHT)];
  const [shownWidth, shownHeight] = [numberIn(video, DISPLAY_WIDTH), numberIn(video, DISPLAY_HEIGHT)];
  const isStated = Math.min(width, height, shownWidth, shownHeight) > 0 && numberIn(video, DISPLAY_UNIT) <= 3;
  if (!isStated) return undefined;
  const { numerator, denominator } = rational(shownWidth * height, shownHeight * width);
  return { horizontal: numerator, vertical: denominator };
}

function numberIn(parent: Uint8Array, wanted: number, absent = 0): number {
  const child = findChild(parent, wanted);
  return child === undefined ? absent : unsignedOf(child);
}
