import { attributeList } from './attribute-list.ts';

/** One media segment as a playlist states it. */
export interface StatedSegment {
  /** Bytes. */
  readonly size: number;
  readonly durationSeconds: number;
}

export interface MediaPlaylist {
  /** Media file that the segments are ranges of. */
  readonly uri: string;
  readonly segments: readonly StatedSegment[];
}

/**
 * Reads the playlist of a rendition that lies in one file: RFC 8216, 4.3.2.
 *
 * @throws Error for a playlist whose segments are no byte ranges
 */
export function readMediaPlaylist(text: string): MediaPlaylist {
  const segments: StatedSegment[] = [];
  let uri = '';
  let durationSeconds = 0;
  let size: number | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, tag, value = ''] = /^#(EXTINF|EXT-X-BYTERANGE|EXT-X-MAP):(.*)$/.exec(line) ?? [];
    if (tag === 'EXTINF') durationSeconds = Number.parseFloat(value);
    else if (tag === 'EXT-X-BYTERANGE') size = Number.parseInt(value, 10);
    else if (tag === 'EXT-X-MAP') uri = attributeList(value).get('URI') ?? uri;
    else if (line !== '' && !line.startsWith('#')) {
      if (size === undefined) throw new Error(`Segment ${segments.length} of the playlist has no byte range`);
      segments.push({ size, durationSeconds });
      uri = line;
      size = undefined;
    }
  }
  return { uri, segments };
}
