/** MediaConvert's names of codecs, by ffmpeg's. */
const CODECS: Readonly<Record<string, string>> = {
  h264: 'AVC', hevc: 'HEVC', av1: 'AV1', vp8: 'VP8', vp9: 'VP9', prores: 'PRORES', mjpeg: 'MJPEG', theora: 'THEORA',
  mpeg1video: 'MPEG1', mpeg2video: 'MPEG2', mpeg4: 'MP4V', h263: 'H263', flv1: 'H263', vc1: 'VC1', wmv3: 'VC1', dnxhd: 'VC3',
  dvvideo: 'DV', jpeg2000: 'JPEG2000', qtrle: 'QTRLE', rawvideo: 'UNCOMPRESSED', aac: 'AAC', ac3: 'AC3', eac3: 'EAC3',
  amr_nb: 'AMR', amr_wb: 'AMR', mp2: 'MP2', mp3: 'MP3', opus: 'OPUS', vorbis: 'VORBIS', flac: 'FLAC', wmav1: 'WMA',
  wmav2: 'WMA2', wmapro: 'WMAPRO', webvtt: 'WEBVTT', eia_608: 'C608',
};

/**
 * Returns MediaConvert's name of a codec, or `UNKNOWN`.
 *
 * @param name ffmpeg's name
 */
export function codecName(name = ''): string {
  return CODECS[name] ?? (name.startsWith('pcm_') ? 'PCM' : 'UNKNOWN');
}
