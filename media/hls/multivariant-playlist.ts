import { type Rational, valueOf } from '../rational.ts';
import { parseAttributeList } from './attribute-list.ts';
import { findVariants } from './variants.ts';

/** An EXT-X-MEDIA audio rendition: RFC 8216, 4.3.4.1. */
export interface AudioMedia {
  readonly groupId: string;
  readonly name: string;
  /** RFC 5646 tag; undefined if unknown. */
  readonly language: string | undefined;
  readonly isDefault: boolean;
  /** Whether a player may select it by the viewer's language. */
  readonly autoSelect: boolean;
  readonly channels: number;
  readonly codec: string;
  readonly peakBps: number;
  readonly averageBps: number;
  /** Undefined if its sound is in the variants themselves. */
  readonly uri: string | undefined;
}

/** An EXT-X-STREAM-INF variant: RFC 8216, 4.3.4.2. */
export interface Variant {
  /** Codecs of its own playlist, separated by commas. */
  readonly codec: string;
  /** Absent without a picture, like the height and the frame rate. */
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: Rational;
  /** Dynamic range; absent if unknown: draft-pantos-hls-rfc8216bis, 4.4.6.2. */
  readonly videoRange?: 'SDR' | 'HLG' | 'PQ' | undefined;
  readonly peakBps: number;
  readonly averageBps: number;
  /** Audio groups that it plays with, one line each; empty without audio. */
  readonly audioGroups: readonly string[];
  readonly uri: string;
}

/** An EXT-X-I-FRAME-STREAM-INF variant: a rendition's I-frame playlist: RFC 8216, 4.3.4.3. */
export type KeyFrameVariant = Pick<Variant, 'codec' | 'peakBps' | 'averageBps' | 'uri'> & {
  readonly width: number;
  readonly height: number;
};

/** An EXT-X-IMAGE-STREAM-INF variant of tiled thumbnails. */
export interface ImageVariant {
  readonly width: number;
  readonly height: number;
  readonly peakBps: number;
  readonly uri: string;
}

/**
 * Writes a multivariant playlist: RFC 8216, 4.3.4. The bit rates of a variant are those of its video plus the highest of
 * any audio it plays with.
 */
export function writeMultivariantPlaylist(content: {
  readonly audio: readonly AudioMedia[];
  readonly variants: readonly Variant[];
  readonly keyFrames: readonly KeyFrameVariant[];
  readonly images: readonly ImageVariant[];
  /** Compatibility version; 1 is not stated: RFC 8216, 4.3.1.2. @default 7 */
  readonly version?: number;
  /** Whether every segment of every playlist can be decoded by itself: RFC 8216, 4.3.5.1. @default true */
  readonly areIndependent?: boolean;
}): string {
  const { audio, variants, keyFrames, images, version = 7, areIndependent = true } = content;
  return [
    '#EXTM3U',
    ...(version === 1 ? [] : [`#EXT-X-VERSION:${version}`]),
    ...(areIndependent ? ['#EXT-X-INDEPENDENT-SEGMENTS'] : []),
    ...audio.map(mediaLine),
    ...variants.flatMap((variant) => variantLines(variant, audio)),
    ...keyFrames.map(keyFrameLine),
    ...images.map(({ width, height, peakBps, uri }) =>
      `#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=${peakBps},RESOLUTION=${width}x${height},CODECS="jpeg",URI="${uri}"`),
    '',
  ].join('\n');
}

/** Quotes text, replacing the quotes and line endings that a quoted string cannot hold. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\r\n]/g, "'")}"`;
}

function mediaLine(media: AudioMedia): string {
  return `#EXT-X-MEDIA:${[
    'TYPE=AUDIO',
    `GROUP-ID=${quoted(media.groupId)}`,
    `NAME=${quoted(media.name)}`,
    ...(media.language === undefined ? [] : [`LANGUAGE=${quoted(media.language)}`]),
    `DEFAULT=${media.isDefault ? 'YES' : 'NO'}`,
    `AUTOSELECT=${media.autoSelect ? 'YES' : 'NO'}`,
    `CHANNELS="${media.channels}"`,
    ...(media.uri === undefined ? [] : [`URI=${quoted(media.uri)}`]),
  ].join(',')}`;
}

function variantLines(variant: Variant, audio: readonly AudioMedia[]): string[] {
  if (variant.audioGroups.length === 0) return [streamInf(variant, []), variant.uri];
  return variant.audioGroups.flatMap((group) => {
    const members = audio.filter(({ groupId }) => groupId === group);
    return [streamInf(variant, members, group), variant.uri];
  });
}

function streamInf(variant: Variant, audio: readonly AudioMedia[], group?: string): string {
  const highest = (rate: 'peakBps' | 'averageBps'): number => Math.max(0, ...audio.map((media) => media[rate]));
  const codecs = new Set([...variant.codec.split(','), ...audio.map(({ codec }) => codec)]);
  return `#EXT-X-STREAM-INF:${[
    `BANDWIDTH=${variant.peakBps + highest('peakBps')}`,
    `AVERAGE-BANDWIDTH=${variant.averageBps + highest('averageBps')}`,
    `CODECS="${[...codecs].join(',')}"`,
    ...(variant.width === undefined ? [] : [`RESOLUTION=${variant.width}x${variant.height}`]),
    ...(variant.frameRate === undefined ? [] : [`FRAME-RATE=${valueOf(variant.frameRate).toFixed(3)}`]),
    ...(variant.videoRange === undefined ? [] : [`VIDEO-RANGE=${variant.videoRange}`]),
    ...(group === undefined ? [] : [`AUDIO=${quoted(group)}`]),
  ].join(',')}`;
}

function keyFrameLine({ codec, width, height, peakBps, averageBps, uri }: KeyFrameVariant): string {
  const rates = `BANDWIDTH=${peakBps},AVERAGE-BANDWIDTH=${averageBps}`;
  return `#EXT-X-I-FRAME-STREAM-INF:${rates},CODECS="${codec}",RESOLUTION=${width}x${height},URI=${quoted(uri)}`;
}

/** A rendition as a multivariant playlist lists it. */
export type ListedRendition =
  | {
      readonly kind: 'video';
      readonly uri: string;
      /** RFC 6381; empty if the playlist does not state it. */
      readonly codecs: string;
      readonly width: number;
      readonly height: number;
      readonly frameRate: number;
    }
  | {
      readonly kind: 'audio';
      readonly uri: string;
      readonly codecs: string;
      /** Language tag, as written; undefined if the playlist states none. */
      readonly language: string | undefined;
      readonly channels: number;
    };

const VIDEO_CODEC = /^(?:avc[13]|hvc1|hev1|dvh1|av01|vp09)/;

/** Lists the renditions of a multivariant playlist. A video listed with several audio groups counts once. */
export function readMultivariantPlaylist(text: string): ListedRendition[] {
  const lines = text.split(/\r?\n/);
  const videos = new Map<string, ListedRendition>();
  const codecOfGroup = new Map<string, string>();
  for (const { uri, attributes } of findVariants(lines)) {
    const codecs = (attributes.get('CODECS') ?? '').split(',');
    const group = attributes.get('AUDIO');
    if (group !== undefined) codecOfGroup.set(group, codecs.findLast((codec) => !VIDEO_CODEC.test(codec)) ?? '');
    const [width = 0, height = 0] = (attributes.get('RESOLUTION') ?? '').split('x').map(Number);
    const frameRate = Number(attributes.get('FRAME-RATE') ?? 0);
    const codec = codecs.find((candidate) => VIDEO_CODEC.test(candidate)) ?? '';
    videos.set(uri, { kind: 'video', uri, codecs: codec, width, height, frameRate });
  }
  return [...videos.values(), ...readAudio(lines, codecOfGroup)];
}

function readAudio(lines: readonly string[], codecOfGroup: ReadonlyMap<string, string>): ListedRendition[] {
  return lines.flatMap((line): ListedRendition[] => {
    const [, list] = /^#EXT-X-MEDIA:(.*)$/.exec(line) ?? [];
    const attributes = parseAttributeList(list ?? '');
    const uri = attributes.get('URI');
    if (attributes.get('TYPE') !== 'AUDIO' || uri === undefined) return [];
    return [
      {
        kind: 'audio',
        uri,
        codecs: codecOfGroup.get(attributes.get('GROUP-ID') ?? '') ?? '',
        language: attributes.get('LANGUAGE'),
        channels: Number.parseInt(attributes.get('CHANNELS') ?? '2', 10),
      },
    ];
  });
}

/** Lists the URIs of the playlists of tiled thumbnails in a multivariant playlist. */
export function listImagePlaylists(text: string): string[] {
  return [...text.matchAll(/^#EXT-X-IMAGE-STREAM-INF:(.*)$/gm)].flatMap(
    ([, list = '']) => parseAttributeList(list).get('URI') ?? [],
  );
}
