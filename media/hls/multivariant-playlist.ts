import { type Rational, valueOf } from '../rational.ts';
import { parseAttributeList } from './attribute-list.ts';

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
  readonly uri: string;
}

/** An EXT-X-STREAM-INF variant: RFC 8216, 4.3.4.2. */
export interface Variant {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly peakBps: number;
  readonly averageBps: number;
  /** Audio groups that it plays with, one line each; empty without audio. */
  readonly audioGroups: readonly string[];
  readonly uri: string;
}

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
  readonly images: readonly ImageVariant[];
}): string {
  const { audio, variants, images } = content;
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...audio.map(mediaLine),
    ...variants.flatMap((variant) => variantLines(variant, audio)),
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
    `URI=${quoted(media.uri)}`,
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
  const codecs = new Set([variant.codec, ...audio.map(({ codec }) => codec)]);
  return `#EXT-X-STREAM-INF:${[
    `BANDWIDTH=${variant.peakBps + highest('peakBps')}`,
    `AVERAGE-BANDWIDTH=${variant.averageBps + highest('averageBps')}`,
    `CODECS="${[...codecs].join(',')}"`,
    `RESOLUTION=${variant.width}x${variant.height}`,
    `FRAME-RATE=${valueOf(variant.frameRate).toFixed(3)}`,
    ...(group === undefined ? [] : [`AUDIO=${quoted(group)}`]),
  ].join(',')}`;
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
  for (const [index, line] of lines.entries()) {
    const [, list] = /^#EXT-X-STREAM-INF:(.*)$/.exec(line) ?? [];
    if (list === undefined) continue;
    const attributes = parseAttributeList(list);
    const codecs = (attributes.get('CODECS') ?? '').split(',');
    const group = attributes.get('AUDIO');
    if (group !== undefined) codecOfGroup.set(group, codecs.findLast((codec) => !VIDEO_CODEC.test(codec)) ?? '');
    const [width = 0, height = 0] = (attributes.get('RESOLUTION') ?? '').split('x').map(Number);
    const uri = lines.slice(index + 1).find((next) => next !== '' && !next.startsWith('#')) ?? '';
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
