import type { StatingCodec } from '../picture/stated-picture.ts';

/** Codecs whose frames state their picture. RFC 9559 refers to https://www.matroska.org/technical/codec_specs.html */
export const VIDEO_CODECS: Readonly<Record<string, StatingCodec>> = {
  'V_MPEG4/ISO/AVC': 'avc', 'V_MPEGH/ISO/HEVC': 'hevc', V_VP8: 'vp8', V_VP9: 'vp9', V_MPEG2: 'mpeg2', V_AV1: 'av1', 'V_MPEG4/ISO/ASP': 'mpeg4', 'V_MPEG4/ISO/SP': 'mpeg4',
};
