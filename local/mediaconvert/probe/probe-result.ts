import type { SourceObject } from '../encoder-store.ts';
import type { ProbedFile, ProbedStream } from './ffprobe.ts';
import { codecName } from './codec-name.ts';
import { durationOf, streamFrameRate, languageOf, parseFraction } from './stream-facts.ts';
import { streamOrientation } from './stream-orientation.ts';

/**
 * Builds the response of Probe as on the wire.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/probe.html
 */
export function buildProbeResult(probed: ProbedFile, format: string | undefined, object: SourceObject): object {
  // AWS returns no tracks for a container that it does not recognize.
  const tracks = format === undefined ? [] : probed.streams.map((stream) => describeTrack(stream, format));
  const indexesOf = (type: string): number[] =>
    tracks.filter(({ trackType }) => trackType === type).map(({ index }) => index);
  const duration = probed.format.duration;
  return {
    container: {
      format,
      duration,
      bitRate: duration === undefined || duration === 0 ? undefined : Math.round((object.size * 8) / duration),
      tracks,
    },
    metadata: {
      eTag: object.etag,
      fileSize: object.size,
      lastModified: Math.floor(object.lastModified.getTime() / 1000),
      mimeType: object.contentType,
    },
    trackMappings: [
      {
        videoTrackIndexes: indexesOf('video'),
        audioTrackIndexes: indexesOf('audio'),
        dataTrackIndexes: indexesOf('data'),
      },
    ],
  };
}

interface TrackResult {
  readonly index: number;
  readonly trackType: 'video' | 'audio' | 'data';
  readonly [property: string]: unknown;
}

function describeTrack(stream: ProbedStream, format: string): TrackResult {
  const { codec_type: type } = stream;
  const isCover = stream.disposition?.attached_pic === 1;
  const common = { index: stream.index + 1, duration: durationOf(stream), codec: codecName(stream.codec_name) };
  if (type === 'video' && !isCover)
    return { ...common, trackType: 'video', videoProperties: describeVideo(stream, format) };
  if (type === 'audio') return { ...common, trackType: 'audio', audioProperties: describeAudio(stream) };
  return { ...common, trackType: 'data', dataProperties: { languageCode: languageOf(stream) } };
}

function describeAudio(stream: ProbedStream): object {
  return {
    channels: positive(stream.channels),
    channelLayout: stream.channel_layout?.replace('(side)', ''),
    sampleRate: positive(stream.sample_rate),
    bitRate: stream.bit_rate,
    languageCode: languageOf(stream),
  };
}

/** Returns undefined for 0, which ffprobe reports for what it has not found. */
function positive(value: number | undefined): number | undefined {
  return value === undefined || value <= 0 ? undefined : value;
}

/**
 * Describes a video track. "These fields are returned for H.264 (AVC), H.265 (HEVC), and MPEG-2 video, and might not be
 * returned for other codecs. For MPEG-TS and MPEG-PS inputs, color information appears in these fields rather than in the
 * top-level videoProperties"; an aspect ratio appears where it was found, and those containers state none.
 */
function describeVideo(stream: ProbedStream, format: string): object {
  const { rotation, mirrored } = streamOrientation(stream);
  const [, depth] = /p(9|10|12|14|16)(?:le|be)$/.exec(stream.pix_fmt ?? '') ?? [];
  const size = {
    width: positive(stream.width),
    height: positive(stream.height),
    bitDepth: stream.bits_per_raw_sample ?? Number(depth ?? 8),
  };
  const appearance = {
    colorPrimaries: COLOR_PRIMARIES[stream.color_primaries ?? ''],
    transferCharacteristics: TRANSFERS[stream.color_transfer ?? ''],
    matrixCoefficients: MATRICES[stream.color_space ?? ''],
    sampleAspectRatio: parseFraction(stream.sample_aspect_ratio),
  };
  const fields = FIELD_ORDERS[stream.field_order ?? ''];
  const codecMetadata = {
    ...size,
    ...appearance,
    codedFrameRate: parseFraction(stream.r_frame_rate),
    profile: stream.profile,
    chromaSubsampling: chromaOf(stream.pix_fmt),
    scanType: fields === undefined ? 'Progressive' : 'Interlaced',
    ...(fields === undefined ? {} : { fieldOrder: fields }),
  };
  return {
    ...size,
    ...(STREAM_FORMATS.has(format) ? {} : appearance),
    bitRate: stream.bit_rate,
    frameRate: streamFrameRate(stream),
    // "For MP4, non-standard transformation matrices also yield null."
    ...(rotation === 0 || mirrored ? {} : { rotation }),
    ...(CODECS_WITH_METADATA.has(codecName(stream.codec_name)) ? { codecMetadata } : {}),
  };
}

const STREAM_FORMATS: ReadonlySet<string> = new Set(['mpegts', 'mpegps']);
const CODECS_WITH_METADATA: ReadonlySet<string> = new Set(['AVC', 'HEVC', 'MPEG2']);

function chromaOf(pixelFormat = ''): string {
  return pixelFormat.includes('444') ? '4:4:4' : pixelFormat.includes('422') ? '4:2:2' : '4:2:0';
}

const COLOR_PRIMARIES: Readonly<Record<string, string>> = {
  bt709: 'ITU_709', bt470m: 'ITU_470M', bt470bg: 'ITU_470BG', smpte170m: 'SMPTE_170M', smpte240m: 'SMPTE_240M',
  film: 'GENERIC_FILM', bt2020: 'ITU_2020', smpte431: 'SMPTE_431_2', smpte432: 'SMPTE_EG_432_1',
};

const TRANSFERS: Readonly<Record<string, string>> = {
  bt709: 'ITU_709', bt470m: 'ITU_470M', bt470bg: 'ITU_470BG', smpte170m: 'SMPTE_170M', smpte240m: 'SMPTE_240M',
  linear: 'LINEAR', 'iec61966-2-1': 'IEC_61966_2_1', 'iec61966-2-4': 'IEC_61966_2_4', 'bt2020-10': 'ITU_2020_10bit',
  'bt2020-12': 'ITU_2020_12bit', smpte2084: 'SMPTE_2084', 'arib-std-b67': 'ARIB_B67',
};

const MATRICES: Readonly<Record<string, string>> = {
  gbr: 'RGB', bt709: 'ITU_709', fcc: 'FCC', bt470bg: 'ITU_470BG', smpte170m: 'SMPTE_170M', smpte240m: 'SMPTE_240M',
  ycgco: 'YCgCo', bt2020nc: 'ITU_2020_NCL', bt2020c: 'ITU_2020_CL',
};

/** Coded and displayed order, as ffprobe names them. */
const FIELD_ORDERS: Readonly<Record<string, string>> = {
  tt: 'TopFieldFirst', tb: 'TopFieldFirst', bb: 'BottomFieldFirst', bt: 'BottomFieldFirst',
};
