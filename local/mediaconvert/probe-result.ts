import type { SourceObject } from './encoder-store.ts';
import type { ProbedFile, ProbedStream } from './ffprobe.ts';
import { streamFrameRate, languageOf, parseFraction, rotationOf } from './stream-facts.ts';

/**
 * Builds the response of Probe as on the wire.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/probe.html
 */
export function buildProbeResult(probed: ProbedFile, format: string | undefined, object: SourceObject): object {
  // AWS returns no tracks for a container that it does not recognize.
  const tracks = format === undefined ? [] : probed.streams.map(describeTrack);
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

function describeTrack(stream: ProbedStream): TrackResult {
  const { codec_type: type, duration } = stream;
  const isCover = stream.disposition?.attached_pic === 1;
  const common = { index: stream.index + 1, duration, codec: codecName(stream.codec_name) };
  if (type === 'video' && !isCover) return { ...common, trackType: 'video', videoProperties: describeVideo(stream) };
  if (type === 'audio') return { ...common, trackType: 'audio', audioProperties: describeAudio(stream) };
  return { ...common, trackType: 'data', dataProperties: { languageCode: languageOf(stream) } };
}

function describeAudio(stream: ProbedStream): object {
  return {
    channels: stream.channels,
    channelLayout: stream.channel_layout?.replace('(side)', ''),
    sampleRate: stream.sample_rate,
    bitRate: stream.bit_rate,
    languageCode: languageOf(stream),
  };
}

function describeVideo(stream: ProbedStream): object {
  const rotation = rotationOf(stream);
  const [, depth] = /p(9|10|12|14|16)(?:le|be)$/.exec(stream.pix_fmt ?? '') ?? [];
  const common = {
    width: stream.width,
    height: stream.height,
    bitDepth: stream.bits_per_raw_sample ?? Number(depth ?? 8),
    colorPrimaries: COLOR_PRIMARIES[stream.color_primaries ?? ''],
    transferCharacteristics: TRANSFERS[stream.color_transfer ?? ''],
    matrixCoefficients: MATRICES[stream.color_space ?? ''],
    sampleAspectRatio: parseFraction(stream.sample_aspect_ratio),
  };
  const fields = FIELD_ORDERS[stream.field_order ?? ''];
  return {
    ...common,
    bitRate: stream.bit_rate,
    frameRate: streamFrameRate(stream),
    ...(rotation === 0 ? {} : { rotation }),
    codecMetadata: {
      ...common,
      codedFrameRate: parseFraction(stream.r_frame_rate),
      profile: stream.profile,
      chromaSubsampling: chromaOf(stream.pix_fmt),
      scanType: fields === undefined ? 'Progressive' : 'Interlaced',
      ...(fields === undefined ? {} : { fieldOrder: fields }),
    },
  };
}

function chromaOf(pixelFormat = ''): string {
  return pixelFormat.includes('444') ? '4:4:4' : pixelFormat.includes('422') ? '4:2:2' : '4:2:0';
}

const CODECS: Readonly<Record<string, string>> = {
  h264: 'AVC', hevc: 'HEVC', av1: 'AV1', vp8: 'VP8', vp9: 'VP9', prores: 'PRORES', mjpeg: 'MJPEG', theora: 'THEORA',
  mpeg1video: 'MPEG1', mpeg2video: 'MPEG2', mpeg4: 'MP4V', h263: 'H263', flv1: 'H263', vc1: 'VC1', wmv3: 'VC1', dnxhd: 'VC3',
  dvvideo: 'DV', jpeg2000: 'JPEG2000', qtrle: 'QTRLE', rawvideo: 'UNCOMPRESSED', aac: 'AAC', ac3: 'AC3', eac3: 'EAC3',
  amr_nb: 'AMR', amr_wb: 'AMR', mp2: 'MP2', mp3: 'MP3', opus: 'OPUS', vorbis: 'VORBIS', flac: 'FLAC', wmav1: 'WMA',
  wmav2: 'WMA2', wmapro: 'WMAPRO', webvtt: 'WEBVTT', eia_608: 'C608',
};

function codecName(name = ''): string {
  return CODECS[name] ?? (name.startsWith('pcm_') ? 'PCM' : 'UNKNOWN');
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
