import { type Rational, valueOf } from '../rational.ts';

export interface AudioMedia {
  readonly groupId: string;
  readonly name: string;
  /** RFC 5646; undefined where nobody knows. */
  readonly language: string | undefined;
  readonly isDefault: boolean;
  /** Whether a player may choose it by the viewer's language. */
  readonly autoSelect: boolean;
  readonly channels: number;
  readonly codec: string;
  readonly peakBps: number;
  readonly averageBps: number;
  readonly uri: string;
}

export interface Variant {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly peakBps: number;
  readonly averageBps: number;
  /** Groups of sound that it plays with, one line each; empty where there is no sound. */
  readonly audioGroups: readonly string[];
  readonly uri: string;
}

export interface ImageVariant {
  readonly width: number;
  readonly height: number;
  readonly peakBps: number;
  readonly uri: string;
}

/**
 * The multivariant playlist: RFC 8216, 4.3.4. The bit rates of a variant are those of its picture and of the costliest
 * sound it plays with.
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

/** Quotes and line ends cannot stand in a quoted string. */
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
