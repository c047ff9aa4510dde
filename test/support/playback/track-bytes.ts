import { createFile, MP4BoxBuffer, type AudioSampleEntry, type Sample, type VisualSampleEntry } from 'mp4box';

/** What mp4box, which is not ours, reads of a rendition's file: every box and every sample. */
export interface TrackBytes {
  /** Of the file, bytes. */
  readonly size: number;
  readonly codec: string;
  /** Pixels; undefined for sound. */
  readonly video: { readonly width: number; readonly height: number; readonly pixelAspect: string } | undefined;
  /** Undefined for a picture. */
  readonly audio: { readonly sampleRate: number; readonly channels: number; readonly language: string } | undefined;
  /** Length of `ftyp` and `moov`, with which the file begins. */
  readonly initSize: number;
  readonly index: SegmentIndexBox;
  readonly fragments: readonly FragmentBytes[];
}

/** The `sidx` box. */
export interface SegmentIndexBox {
  readonly offset: number;
  readonly size: number;
  readonly timescale: number;
  readonly startSeconds: number;
  readonly firstOffset: number;
  readonly references: readonly { readonly size: number; readonly ticks: number; readonly sapType: number }[];
}

/** A `moof` box and the media that follows it. */
export interface FragmentBytes {
  readonly offset: number;
  readonly size: number;
  /** Sum of its samples' durations. */
  readonly durationSeconds: number;
  /** When the first sample, in the order of decoding, is presented. */
  readonly startSeconds: number;
  /** When the first sample, in the order of presentation, is. */
  readonly earliestSeconds: number;
  readonly startsWithSyncSample: boolean;
  readonly sampleCount: number;
}

/** @throws Error unless the file is an init segment of one track, an index, and fragments up to its last byte */
export function readTrackBytes(bytes: Uint8Array): TrackBytes {
  const file = createFile();
  const problems: string[] = [];
  file.onError = (module, message) => void problems.push(`${module}: ${message}`);
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes).buffer, 0));
  file.flush();
  const boxes = file.boxes.map(({ type, start = 0, size }) => ({ type, start, end: start + size }));
  const types = boxes.map(({ type }) => type).join(' ');
  if (!/^ftyp moov sidx( moof mdat)+$/.test(types)) throw new Error(`The file holds ${types}`);
  if (boxes.at(-1)?.end !== bytes.length) throw new Error('The last box does not end where the file does');
  const index = file.boxes[2] as unknown as SidxBox;
  const [track, ...others] = file.getInfo().tracks;
  const [trak] = file.moov.traks;
  if (problems.length > 0 || track === undefined || others.length > 0 || trak === undefined) {
    throw new Error(`The file has not one track that can be read: ${problems.join('; ')}`);
  }
  const [entry] = trak.mdia.minf.stbl.stsd.entries;
  const samples = file.getTrackSamplesInfo(track.id);
  const editStart = trak.edts?.elst?.entries[0]?.media_time ?? 0;
  return {
    size: bytes.length,
    codec: entry?.getCodec() ?? '',
    video: track.type === 'video' ? pictureOf(entry as VisualSampleEntry) : undefined,
    audio: track.type === 'audio' ? { ...soundOf(entry as AudioSampleEntry), language: track.language } : undefined,
    initSize: index.start,
    index: readIndex(index),
    fragments: boxes.flatMap(({ type, start }, position) => {
      const end = boxes[position + 1]?.end ?? 0;
      const within = ({ offset }: Sample): boolean => offset > start && offset < end;
      return type === 'moof' ? [readFragment(start, end, samples.filter(within), editStart)] : [];
    }),
  };
}

function readFragment(start: number, end: number, samples: readonly Sample[], editStart: number): FragmentBytes {
  const [first] = samples;
  if (first === undefined) throw new Error(`The fragment at ${start} holds no sample`);
  const presented = ({ cts }: Sample): number => (cts - editStart) / first.timescale;
  return {
    offset: start,
    size: end - start,
    durationSeconds: samples.reduce((sum, { duration }) => sum + duration, 0) / first.timescale,
    startSeconds: presented(first),
    earliestSeconds: Math.min(...samples.map(presented)),
    startsWithSyncSample: first.is_sync,
    sampleCount: samples.length,
  };
}

/** The types that mp4box brings leave this box out. */
interface SidxBox {
  readonly start: number;
  readonly size: number;
  readonly timescale: number;
  readonly earliest_presentation_time: number;
  readonly first_offset: number;
  readonly references: readonly {
    readonly referenced_size: number;
    readonly subsegment_duration: number;
    readonly starts_with_SAP: number;
    readonly SAP_type: number;
  }[];
}

function readIndex(box: SidxBox): SegmentIndexBox {
  return {
    offset: box.start,
    size: box.size,
    timescale: box.timescale,
    startSeconds: box.earliest_presentation_time / box.timescale,
    firstOffset: box.first_offset,
    references: box.references.map((reference) => ({
      size: reference.referenced_size,
      ticks: reference.subsegment_duration,
      sapType: reference.starts_with_SAP === 1 ? reference.SAP_type : 0,
    })),
  };
}

/** ISO/IEC 14496-12:2022, 12.1.4 Pixel Aspect Ratio: without the box pixels are square. */
function pictureOf(entry: VisualSampleEntry): TrackBytes['video'] {
  const { width, height, pasp } = entry as VisualSampleEntry & { pasp?: { hSpacing: number; vSpacing: number } };
  return { width, height, pixelAspect: pasp === undefined ? '1:1' : `${pasp.hSpacing}:${pasp.vSpacing}` };
}

const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;

/** Channels by ISO/IEC 14496-3:2019, 1.6.2.1 AudioSpecificConfig: in MP4 the sample entry says 2 whatever the sound is. */
function soundOf(entry: AudioSampleEntry): { sampleRate: number; channels: number } {
  const { esds } = entry as AudioSampleEntry & { esds?: { esd: Descriptor } };
  const config = esds?.esd.findDescriptor(DECODER_CONFIG)?.findDescriptor(DECODER_SPECIFIC_INFO)?.data;
  return { sampleRate: entry.samplerate, channels: ((config?.[1] ?? 0) >> 3) & 0xf };
}

interface Descriptor {
  readonly data?: Uint8Array;
  findDescriptor(tag: number): Descriptor | undefined;
}
