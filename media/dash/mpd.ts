import type { Rational } from '../rational.ts';
import { writeElement } from '../xml/write-xml.ts';

/** A rendition in one file with its own index (`sidx`). */
interface IndexedFile {
  readonly id: string;
  readonly uri: string;
  readonly codec: string;
  readonly peakBps: number;
  /** Ticks per second. */
  readonly timescale: number;
  /** Length of the init segment at the start of the file, bytes. */
  readonly initSize: number;
  /** Length of the index, which follows the init segment. */
  readonly indexSize: number;
}

export interface VideoRepresentation extends IndexedFile {
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
}

export interface AudioRepresentation extends IndexedFile {
  /** RFC 5646 tag; undefined if unknown. */
  readonly language: string | undefined;
  readonly label: string;
  readonly isDefault: boolean;
  readonly channels: number;
  /** Sampling rate, Hz. */
  readonly sampleRate: number;
}

export interface ThumbnailTiles {
  readonly id: string;
  /** URI template with `$Number%05d$` for the number of the image, counted from 1. */
  readonly media: string;
  readonly columns: number;
  readonly rows: number;
  /** Size of a whole image, pixels. */
  readonly width: number;
  readonly height: number;
  /** Duration that a whole image covers. */
  readonly durationSeconds: number;
  /** Number of images. */
  readonly images: number;
  readonly peakBps: number;
}

/** Content of an MPD. */
export interface Presentation {
  readonly durationSeconds: number;
  /** Longest segment of all representations, audio included. */
  readonly longestSegmentSeconds: number;
  readonly video: readonly VideoRepresentation[];
  readonly audio: readonly AudioRepresentation[];
  readonly tiles: ThumbnailTiles | undefined;
}

/** Formats seconds as an ISO 8601 duration, with six decimals at most. */
export function isoDuration(seconds: number): string {
  return `PT${Number(seconds.toFixed(6))}S`;
}

/**
 * Writes a static manifest of the on-demand profile: ISO/IEC 23009-1:2022, 8.3; thumbnail tiles by DASH-IF Interoperability
 * Points 4.3, 6.2.6.
 */
export function writeMpd({ durationSeconds, longestSegmentSeconds, video, audio, tiles }: Presentation): string {
  const sets = [videoSet(video), ...audio.map(audioSet), ...(tiles === undefined ? [] : [tileSet(tiles)])];
  const numbered = sets.map((set, index) => set.replace('<AdaptationSet', `<AdaptationSet id="${index + 1}"`));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(
    'MPD',
    {
      xmlns: 'urn:mpeg:dash:schema:mpd:2011',
      profiles: 'urn:mpeg:dash:profile:isoff-on-demand:2011',
      type: 'static',
      mediaPresentationDuration: isoDuration(durationSeconds),
      // Enough to load any whole segment at the representation's bandwidth, even the largest: 5.3.1.2 and 5.3.5.2.
      minBufferTime: isoDuration(Math.ceil(longestSegmentSeconds * 1000) / 1000),
    },
    [writeElement('Period', { id: '1', start: 'PT0S', duration: isoDuration(durationSeconds) }, numbered)],
  )}\n`;
}

function videoSet(video: readonly VideoRepresentation[]): string {
  const attributes = {
    contentType: 'video',
    mimeType: 'video/mp4',
    subsegmentAlignment: 'true',
    subsegmentStartsWithSAP: 1,
    maxWidth: Math.max(...video.map(({ width }) => width)),
    maxHeight: Math.max(...video.map(({ height }) => height)),
  };
  return writeElement('AdaptationSet', attributes, video.map((file) => {
    const { numerator, denominator } = file.frameRate;
    const frameRate = denominator === 1 ? numerator : `${numerator}/${denominator}`;
    const { width, height } = file;
    return representation(file, { width, height, frameRate, sar: '1:1' }, []);
  }));
}

function audioSet(file: AudioRepresentation): string {
  const attributes = {
    contentType: 'audio',
    mimeType: 'audio/mp4',
    lang: file.language,
    subsegmentAlignment: 'true',
    subsegmentStartsWithSAP: 1,
  };
  const role = { schemeIdUri: 'urn:mpeg:dash:role:2011', value: file.isDefault ? 'main' : 'alternate' };
  const channels = writeElement('AudioChannelConfiguration', {
    schemeIdUri: 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011',
    value: file.channels,
  });
  return writeElement('AdaptationSet', attributes, [
    writeElement('Label', {}, file.label),
    writeElement('Role', role),
    representation(file, { audioSamplingRate: file.sampleRate }, [channels]),
  ]);
}

function representation(file: IndexedFile, more: Record<string, string | number>, children: readonly string[]): string {
  const indexEnd = file.initSize + file.indexSize - 1;
  return writeElement('Representation', { id: file.id, bandwidth: file.peakBps, codecs: file.codec, ...more }, [
    ...children,
    writeElement('BaseURL', {}, file.uri),
    writeElement('SegmentBase', { timescale: file.timescale, indexRange: `${file.initSize}-${indexEnd}` }, [
      writeElement('Initialization', { range: `0-${file.initSize - 1}` }),
    ]),
  ]);
}

function tileSet(tiles: ThumbnailTiles): string {
  const { id, media, columns, rows, width, height, durationSeconds, images, peakBps } = tiles;
  // Audio may outlast the video; without an end number a player would request an image for the remainder.
  const numbers = { startNumber: 1, endNumber: images };
  const template = { media, ...numbers, timescale: 1000, duration: Math.round(durationSeconds * 1000) };
  return writeElement('AdaptationSet', { contentType: 'image', mimeType: 'image/jpeg' }, [
    writeElement('SegmentTemplate', template),
    writeElement('Representation', { id, bandwidth: peakBps, width, height }, [
      writeElement('EssentialProperty', {
        schemeIdUri: 'http://dashif.org/guidelines/thumbnail_tile',
        value: `${columns}x${rows}`,
      }),
    ]),
  ]);
}
