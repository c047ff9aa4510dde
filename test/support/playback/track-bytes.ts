import { createFile, MP4BoxBuffer, type AudioSampleEntry, type Sample, type VisualSampleEntry } from 'mp4box';

/** Boxes and samples of a rendition's file, read by mp4box and not by our own code. */
export interface TrackBytes {
  /** Size of the file, in bytes. */
  readonly size: number;
  readonly codec: string;
  /** Size in pixels; undefined for audio. */
  readonly video: { readonly width: number; readonly height: number; readonly pixelAspect: string } | undefined;
  /** Audio format; undefined for video. */
  readonly audio: { readonly sampleRate: number; readonly channels: number; readonly language: string } | undefined;
  /** Size of `ftyp` and `moov`, with which the file starts. */
  readonly initSize: number;
  readonly index: SegmentIndexBox;
  readonly fragments: readonly FragmentBytes[];
}

/** Contents of the `sidx` box. */
export interface SegmentIndexBox {
  readonly offset: number;
  readonly size: number;
  readonly timescale: number;
  readonly startSeconds: number;
  readonly firstOffset: number;
  readonly references: readonly { readonly size: number; readonly ticks: number; readonly sapType: number }[];
}

/** `moof` box with the media that follows it. */
export interface FragmentBytes {
  readonly offset: number;
  readonly size: number;
  /** Total duration of its samples. */
  readonly durationSeconds: number;
  /** Presentation time of the first sample in decoding order. */
  readonly startSeconds: number;
  /** Presentation time of the first sample in presentation order. */
  readonly earliestSeconds: number;
  readonly startsWithSyncSample: boolean;
  readonly sampleCount: number;
  /** Offset of the end of the first sample's data. */
  readonly firstSampleEnd: number;
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
  if (!/^ftyp moov sidx( moof mdat)+$/.test(types)) throw new Error(`The file has unexpected boxes: ${types}.`);
  if (boxes.at(-1)?.end !== bytes.length) throw new Error('The last box does not end at the end of the file.');
  const index = file.boxes[2] as unknown as SidxBox;
  const [track, ...others] = file.getInfo().tracks;
  const [trak] = file.moov.traks;
  if (problems.length > 0 || track === undefined || others.length > 0 || trak === undefined) {
    throw new Error(`The file does not have exactly one readable track: ${problems.join('; ')}`);
  }
  const [entry] = trak.mdia.minf.stbl.stsd.entries;
  const samples = file.getTrackSamplesInfo(track.id);
  const editStart = trak.edts?.elst?.entries[0]?.media_time ?? 0;
  return {
    size: bytes.length,
    codec: entry?.getCodec() ?? '',
    video: track.type === 'video' ? readVideo(entry as VisualSampleEntry) : undefined,
    audio: track.type === 'audio' ? { ...readAudio(entry as AudioSampleEntry), language: track.language } : undefined,
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
  if (first === undefined) throw new Error(`The fragment at ${start} has no samples.`);
  const presented = ({ cts }: Sample): number => (cts - editStart) / first.timescale;
  return {
    offset: start,
    size: end - start,
    durationSeconds: samples.reduce((sum, { duration }) => sum + duration, 0) / first.timescale,
    startSeconds: presented(first),
    earliestSeconds: Math.min(...samples.map(presented)),
    startsWithSyncSample: first.is_sync,
    sampleCount: samples.length,
    firstSampleEnd: first.offset + first.size,
  };
}

/** Type of the box, which mp4box's own types lack. */
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

/** Reads the frame size; without a Pixel Aspect Ratio box pixels are square (ISO/IEC 14496-12:2022, 12.1.4). */
function readVideo(entry: VisualSampleEntry): TrackBytes['video'] {
  const { width, height, pasp } = entry as VisualSampleEntry & { pasp?: { hSpacing: number; vSpacing: number } };
  return { width, height, pixelAspect: pasp === undefined ? '1:1' : `${pasp.hSpacing}:${pasp.vSpacing}` };
}

const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;

/**
 * Reads the audio format, with the channels from the AudioSpecificConfig (ISO/IEC 14496-3:2019, 1.6.2.1), since the sample
 * entry in an MP4 always states 2.
 */
function readAudio(entry: AudioSampleEntry): { sampleRate: number; channels: number } {
  const { esds } = entry as AudioSampleEntry & { esds?: { esd: Descriptor } };
  const config = esds?.esd.findDescriptor(DECODER_CONFIG)?.findDescriptor(DECODER_SPECIFIC_INFO)?.data;
  return { sampleRate: entry.samplerate, channels: ((config?.[1] ?? 0) >> 3) & 0xf };
}

interface Descriptor {
  readonly data?: Uint8Array;
  findDescriptor(tag: number): Descriptor | undefined;
}
