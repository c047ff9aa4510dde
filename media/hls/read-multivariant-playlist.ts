import { attributeList } from './attribute-list.ts';

/** One rendition as the multivariant playlist names it. */
export type MasterRendition =
  | {
      readonly kind: 'video';
      readonly uri: string;
      readonly codecs: string;
      readonly width: number;
      readonly height: number;
      readonly frameRate: number;
    }
  | {
      readonly kind: 'audio';
      readonly uri: string;
      readonly codecs: string;
      readonly language: string | undefined;
      readonly channels: number;
    };

const VIDEO_CODEC = /^(?:avc[13]|hvc1|hev1|dvh1|av01|vp09)/;

/** Reads a multivariant playlist: RFC 8216, 4.3.4. A video that stands there with several groups of sound is one. */
export function readMaster(text: string): MasterRendition[] {
  const lines = text.split(/\r?\n/);
  const videos = new Map<string, MasterRendition>();
  const codecOfGroup = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, list] = /^#EXT-X-STREAM-INF:(.*)$/.exec(line) ?? [];
    if (list === undefined) continue;
    const attributes = attributeList(list);
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

function readAudio(lines: readonly string[], codecOfGroup: ReadonlyMap<string, string>): MasterRendition[] {
  return lines.flatMap((line): MasterRendition[] => {
    const [, list] = /^#EXT-X-MEDIA:(.*)$/.exec(line) ?? [];
    const attributes = attributeList(list ?? '');
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
