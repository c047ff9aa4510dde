import { fourCc, concatBytes, u8 } from '../../byte-writer.ts';
import type { Descriptor, ElementaryStream } from '../../mpeg-ts/program-map.ts';
import type { IndexedTrack } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import { ADTS_HEADER_BYTES, readAdtsFormat, writeAdtsHeader } from './adts.ts';
import { expectedAnnexBBytes, maxAnnexBBytes, readAnnexBFormat, writeAnnexB } from './annex-b.ts';

/** A sample to write. */
export interface StreamSample {
  readonly sample: Uint8Array;
  readonly isKey: boolean;
}

/** How a track is carried in a transport stream. */
export interface TrackStream extends Omit<ElementaryStream, 'packetId'> {
  /** `stream_id` of its PES packets: ISO/IEC 13818-1, Table 2-22. */
  readonly streamId: number;
  /** Returns the maximum length of a sample in the stream. */
  readonly maxBytes: (sampleBytes: number) => number;
  /** Returns the length of a sample in the stream as far as it is known before the sample is read. Hardly ever too short. */
  readonly expectedBytes: (sampleBytes: number, isKey: boolean) => number;
  /** Writes a sample at an offset. @returns offset of the end. @throws PackagingError `damaged_sample` */
  readonly write: (sample: StreamSample, target: Uint8Array, offset: number) => number;
}

const [VIDEO_STREAM, MPEG_AUDIO_STREAM, PRIVATE_STREAM_1] = [0xe0, 0xc0, 0xbd];
/** Types of streams: ISO/IEC 13818-1, Table 2-34; ATSC A/53 Part 3, 5.7.1, for AC-3; ATSC A/52, G.1, for E-AC-3. */
const STREAM_TYPES = { h264: 0x1b, hevc: 0x24, aac: 0x0f, mp3: 0x03, mp3OfMpeg2: 0x04, ac3: 0x81, eac3: 0x87 };
/** Lowest sampling rate of MPEG-1 audio, Hz. Lower ones are those of MPEG-2. */
const MIN_MPEG1_RATE = 32_000;
const [REGISTRATION, ISO_639_LANGUAGE] = [0x05, 0x0a];

/**
 * Returns how a track is carried in an MPEG-2 transport stream: RFC 8216, 3.2.
 *
 * @throws PackagingError `not_in_mpeg_ts`
 */
export function trackStreamOf({ codec, sampleEntry, language, audio }: IndexedTrack): TrackStream {
  const languages = language === 'und' ? [] : [{ tag: ISO_639_LANGUAGE, content: concatBytes([fourCc(language), u8(0)]) }];
  switch (codec) {
    case 'h264':
    case 'hevc': {
      const format = readAnnexBFormat(codec, sampleEntry);
      return {
        type: STREAM_TYPES[codec],
        streamId: VIDEO_STREAM,
        descriptors: codec === 'hevc' ? [registration('HEVC')] : [],
        maxBytes: (bytes) => maxAnnexBBytes(format, bytes),
        expectedBytes: (bytes, isKey) => expectedAnnexBBytes(format, bytes, isKey),
        write: (sample, target, offset) => writeAnnexB(format, sample, target, offset),
      };
    }
    case 'aac': {
      const format = readAdtsFormat(sampleEntry);
      const write = ({ sample }: StreamSample, target: Uint8Array, offset: number): number => {
        writeAdtsHeader(format, sample.length, target, offset);
        return copySample(sample, target, offset + ADTS_HEADER_BYTES);
      };
      const lengths = { maxBytes: framedBytes, expectedBytes: framedBytes };
      return { type: STREAM_TYPES.aac, streamId: MPEG_AUDIO_STREAM, descriptors: languages, ...lengths, write };
    }
    case 'mp3':
      return { ...COPIED, type: (audio?.sampleRate ?? 0) < MIN_MPEG1_RATE ? STREAM_TYPES.mp3OfMpeg2 : STREAM_TYPES.mp3, streamId: MPEG_AUDIO_STREAM, descriptors: languages };
    case 'ac3':
    case 'eac3': {
      const descriptors = [registration(codec === 'ac3' ? 'AC-3' : 'EAC3'), ...languages];
      return { ...COPIED, type: STREAM_TYPES[codec], streamId: PRIVATE_STREAM_1, descriptors };
    }
    default:
      throw new PackagingError('not_in_mpeg_ts', `Old players find no ${codec} in a transport stream.`);
  }
}

function framedBytes(frameBytes: number): number {
  return frameBytes + ADTS_HEADER_BYTES;
}

const COPIED: Pick<TrackStream, 'maxBytes' | 'expectedBytes' | 'write'> = {
  maxBytes: (bytes) => bytes,
  expectedBytes: (bytes) => bytes,
  write: ({ sample }, target, offset) => copySample(sample, target, offset),
};

function copySample(sample: Uint8Array, target: Uint8Array, offset: number): number {
  target.set(sample, offset);
  return offset + sample.length;
}

/** Returns a registration descriptor: ISO/IEC 13818-1, 2.6.8. */
function registration(format: string): Descriptor {
  return { tag: REGISTRATION, content: fourCc(format) };
}
