import { withEdits } from '../../edited-movie.ts';
import { withMatrix } from '../../oriented-clips.ts';
import { H264, type QualifiedFile } from './qualified-file.ts';

const [BOTH_SOUNDS, AC3] = [['-map', '0', '-map', '1', '-map', '1'], ['-c:a', 'ac3']];

function x264(pixelFormat: string, ...options: readonly string[]): readonly string[] {
  return ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', pixelFormat, '-g', '25', ...options];
}

function x265(pixelFormat: string, parameters = '', tag = 'hvc1'): readonly string[] {
  const settings = `log-level=none:pools=none:frame-threads=1:keyint=25:open-gop=0${parameters}`;
  return ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', pixelFormat, '-x265-params', settings, '-tag:v', tag];
}

/** Returns options of ffmpeg that keep a part of the sound. */
function soundPart(part: string): readonly string[] {
  return ['-c:a', 'aac', '-af', `atrim=${part}`];
}

/** Returns options of ffmpeg that keep a part of the picture, at its times. */
function picturePart(part: string): readonly string[] {
  return [...H264, '-vf', `trim=${part}`, '-vsync', 'passthrough'];
}

function vp9(pixelFormat: string): readonly string[] {
  return ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-pix_fmt', pixelFormat, '-g', '25'];
}

function av1(pixelFormat: string): readonly string[] {
  return ['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-pix_fmt', pixelFormat, '-g', '25'];
}

/** Replaces the n-th occurrence of a four-character code in a file's movie box. */
function renamed(file: Buffer, from: string, to: string, occurrence = 0): Buffer {
  const copy = Buffer.from(file);
  let at = copy.indexOf(from, copy.indexOf('moov'));
  for (let skipped = 0; skipped < occurrence; skipped += 1) at = copy.indexOf(from, at + 1);
  copy.write(to, at);
  return copy;
}

/** Sets the level in the configuration of an H.264 track. */
function withLevel(file: Buffer, level: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(level, copy.indexOf('avcC') + 7);
  return copy;
}

/** Clears the flag that enables the second track. */
function withoutSecondTrack(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(0, copy.indexOf('tkhd', copy.indexOf('tkhd') + 1) + 7);
  return copy;
}

const CODECS: readonly QualifiedFile[] = [
  { topic: 'codecs', name: 'H.264 Baseline', level: 'everywhere', video: x264('yuv420p', '-profile:v', 'baseline') },
  { topic: 'codecs', name: 'H.264 Main', level: 'everywhere', video: x264('yuv420p', '-profile:v', 'main') },
  { topic: 'codecs', name: 'H.264 High', level: 'everywhere' },
  { topic: 'codecs', name: 'H.264 with parameter sets in its samples (`avc3`)', level: 'page', reasons: ['parameter_sets_in_band'], change: (file) => renamed(file, 'avc1', 'avc3') },
  { topic: 'codecs', name: 'H.264 High at level 1b', level: 'page', reasons: ['level_not_everywhere'], change: (file) => withLevel(file, 9) },
  { topic: 'codecs', name: 'H.264 at level 6.2', level: 'page', reasons: ['level_not_everywhere'], change: (file) => withLevel(file, 62) },
  { topic: 'codecs', name: 'H.264 in 10 bits', level: 'none', reasons: ['unsupported_profile', 'unsupported_bit_depth'], video: x264('yuv420p10le') },
  { topic: 'codecs', name: 'H.264 4:2:2', level: 'none', reasons: ['unsupported_profile', 'unsupported_chroma'], video: x264('yuv422p') },
  { topic: 'codecs', name: 'H.264 4:4:4', level: 'none', reasons: ['unsupported_profile', 'unsupported_chroma'], video: x264('yuv444p') },
  { topic: 'codecs', name: 'Gray H.264', level: 'none', reasons: ['unsupported_chroma'], video: x264('gray') },
  { topic: 'codecs', name: 'Lossless H.264', level: 'none', reasons: ['unsupported_profile'], video: x264('yuv420p', '-qp', '0') },
  { topic: 'codecs', name: 'Interlaced H.264', level: 'none', reasons: ['interlaced'], video: x264('yuv420p', '-vf', 'scale=160:96', '-flags', '+ildct+ilme') },
  { topic: 'codecs', name: 'HEVC Main (`hvc1`)', level: 'page', reasons: ['codec_not_everywhere'], isUnseen: true, video: x265('yuv420p') },
  { topic: 'codecs', name: 'HEVC Main with parameter sets in its samples (`hev1`)', level: 'page', reasons: ['codec_not_everywhere', 'parameter_sets_in_band'], isUnseen: true, video: x265('yuv420p', '', 'hev1') },
  { topic: 'codecs', name: 'HEVC Main 10', level: 'page', reasons: ['codec_not_everywhere'], isUnseen: true, video: x265('yuv420p10le') },
  { topic: 'codecs', name: 'HEVC Main 10 with HLG', level: 'page', reasons: ['codec_not_everywhere', 'hdr_not_everywhere'], isUnseen: true, video: [...x265('yuv420p10le', ':colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc'), '-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc'] },
  { topic: 'codecs', name: 'HEVC 4:2:2', level: 'none', reasons: ['codec_not_everywhere', 'unsupported_profile', 'unsupported_chroma'], video: x265('yuv422p') },
  { topic: 'codecs', name: 'HEVC in 12 bits', level: 'none', reasons: ['codec_not_everywhere', 'unsupported_profile', 'unsupported_bit_depth'], video: x265('yuv420p12le') },
  { topic: 'codecs', name: 'AV1 Main', level: 'page', reasons: ['codec_not_everywhere'], seconds: 2, video: av1('yuv420p') },
  { topic: 'codecs', name: 'AV1 Main in 10 bits', level: 'page', reasons: ['codec_not_everywhere'], seconds: 2, video: av1('yuv420p10le') },
  { topic: 'codecs', name: 'AV1 4:4:4', level: 'none', reasons: ['codec_not_everywhere', 'unsupported_profile', 'unsupported_chroma'], seconds: 1, video: av1('yuv444p') },
  { topic: 'codecs', name: 'VP9 profile 0', level: 'page', reasons: ['codec_not_everywhere'], video: vp9('yuv420p') },
  { topic: 'codecs', name: 'VP9 profile 2, in 10 bits', level: 'page', reasons: ['codec_not_everywhere'], video: vp9('yuv420p10le') },
  { topic: 'codecs', name: 'VP9 4:4:4', level: 'none', reasons: ['codec_not_everywhere', 'unsupported_profile', 'unsupported_chroma'], video: vp9('yuv444p') },
  { topic: 'codecs', name: 'MPEG-4 Part 2', level: 'none', reasons: ['unsupported_video_codec'], video: ['-c:v', 'mpeg4'] },
  { topic: 'codecs', name: 'ProRes', level: 'none', reasons: ['unsupported_video_codec'], video: ['-c:v', 'prores_ks'], file: 'film.mov' },
];

const SOUND: readonly QualifiedFile[] = [
  { topic: 'sound', name: 'AAC', level: 'everywhere' },
  { topic: 'sound', name: 'No sound', level: 'everywhere', audio: undefined },
  { topic: 'sound', name: 'AAC without a picture', level: 'everywhere', video: undefined },
  { topic: 'sound', name: 'AAC in 5.1', level: 'everywhere', audio: ['-c:a', 'aac', '-ac', '6'] },
  { topic: 'sound', name: 'AAC Main profile', level: 'none', reasons: ['unplayable_sound'], audio: ['-c:a', 'aac', '-profile:a', 'aac_main'] },
  { topic: 'sound', name: 'Opus', level: 'page', reasons: ['sound_codec_not_everywhere'], audio: ['-c:a', 'libopus'] },
  { topic: 'sound', name: 'FLAC', level: 'page', reasons: ['sound_codec_not_everywhere'], audio: ['-c:a', 'flac', '-strict', '-2'] },
  { topic: 'sound', name: 'MP3', level: 'none', reasons: ['unplayable_sound'], audio: ['-c:a', 'libmp3lame'] },
  { topic: 'sound', name: 'AC-3', level: 'none', reasons: ['unplayable_sound'], audio: AC3 },
  { topic: 'sound', name: 'E-AC-3', level: 'none', reasons: ['unplayable_sound'], audio: ['-c:a', 'eac3'] },
  { topic: 'sound', name: 'PCM', level: 'none', reasons: ['unsupported_audio_codec'], audio: ['-c:a', 'pcm_s16le'], file: 'film.mov' },
  { topic: 'sound', name: 'AC-3 beside AAC', level: 'everywhere', leftOut: ['unplayable_sound'], audio: [...BOTH_SOUNDS, '-c:a:0', 'ac3', '-c:a:1', 'aac', '-disposition:a', 'default'] },
  { topic: 'sound', name: 'Opus beside AAC', level: 'everywhere', leftOut: ['sound_codec_not_everywhere'], audio: [...BOTH_SOUNDS, '-c:a:0', 'libopus', '-c:a:1', 'aac', '-disposition:a', 'default'] },
  { topic: 'sound', name: 'AC-3 beside Opus', level: 'page', reasons: ['sound_codec_not_everywhere'], leftOut: ['unplayable_sound'], audio: [...BOTH_SOUNDS, '-c:a:0', 'ac3', '-c:a:1', 'libopus', '-disposition:a', 'default'] },
  { topic: 'sound', name: 'Spatial audio (`apac`) beside AAC, as phones record it', level: 'everywhere', leftOut: ['unsupported_audio_codec'], audio: [...BOTH_SOUNDS, '-c:a', 'aac', '-disposition:a', 'default'], change: (file) => renamed(file, 'mp4a', 'apac') },
  { topic: 'sound', name: 'Two languages in AAC', level: 'everywhere', audio: [...BOTH_SOUNDS, '-c:a', 'aac', '-disposition:a', 'default', '-metadata:s:a:0', 'language=kor', '-metadata:s:a:1', 'language=eng'] },
];

const ORIENTATION: readonly QualifiedFile[] = [
  { topic: 'orientation', name: 'Rotated by 90°, as phones record it', level: 'page', reasons: ['rotated'], change: (file) => withMatrix(file, [0, 1, -1, 0]) },
  { topic: 'orientation', name: 'Rotated by 180°', level: 'page', reasons: ['rotated'], audio: undefined, change: (file) => withMatrix(file, [-1, 0, 0, -1]) },
  { topic: 'orientation', name: 'Rotated by 270°', level: 'page', reasons: ['rotated'], audio: undefined, change: (file) => withMatrix(file, [0, -1, 1, 0]) },
  { topic: 'orientation', name: 'Rotated by the matrix of the movie alone', level: 'page', reasons: ['rotated'], audio: undefined, change: (file) => withMatrix(file, [0, 1, -1, 0], 'movie') },
  { topic: 'orientation', name: 'Mirrored', level: 'page', reasons: ['mirrored'], audio: undefined, change: (file) => withMatrix(file, [-1, 0, 0, 1]) },
  { topic: 'orientation', name: 'Rotated by 90° and mirrored', level: 'page', reasons: ['rotated', 'mirrored'], audio: undefined, change: (file) => withMatrix(file, [0, 1, 1, 0]) },
  { topic: 'orientation', name: 'Rotated by 45°', level: 'none', reasons: ['unsupported_matrix'], audio: undefined, change: (file) => withMatrix(file, [0.7, 0.7, -0.7, 0.7]) },
  { topic: 'orientation', name: 'Wide pixels', level: 'everywhere', video: [...H264, '-vf', 'setsar=4/3'] },
  { topic: 'orientation', name: 'Wide pixels, rotated by 90°', level: 'page', reasons: ['rotated'], audio: undefined, video: [...H264, '-vf', 'setsar=4/3'], change: (file) => withMatrix(file, [0, 1, -1, 0]) },
];

const EDITS: readonly QualifiedFile[] = [
  { topic: 'edits', name: 'An edit that begins at a key frame', level: 'everywhere', change: (file) => withEdits(file, [{ from: 1, seconds: 2 }]) },
  { topic: 'edits', name: 'An edit that begins inside a group of pictures', level: 'none', reasons: ['edit_inside_gop'], change: (file) => withEdits(file, [{ from: 0.48, seconds: 2 }]) },
  { topic: 'edits', name: 'An edit that ends before the media, whose last packets are left out', level: 'everywhere', change: (file) => withEdits(file, [{ from: 0, seconds: 2.2 }]) },
  { topic: 'edits', name: 'Two edits, from key frame to key frame', level: 'everywhere', change: (file) => withEdits(file, [{ from: 0, seconds: 1 }, { from: 2, seconds: 1 }]) },
  { topic: 'edits', name: 'A gap between edits', level: 'none', reasons: ['unsupported_edit'], change: (file) => withEdits(file, [{ from: 0, seconds: 1 }, { seconds: 1 }, { from: 1, seconds: 1 }]) },
  { topic: 'edits', name: 'A disabled track, which is absent', level: 'everywhere', change: withoutSecondTrack },
  { topic: 'edits', name: 'Several video tracks', level: 'none', reasons: ['several_videos'], video: ['-map', '0', '-map', '0', '-map', '1', ...H264, '-disposition:v', 'default'] },
];

const LENGTHS: readonly QualifiedFile[] = [
  { topic: 'lengths', name: 'Sound that starts 0.2 s after the picture', level: 'everywhere', audio: soundPart('start=0.2') },
  { topic: 'lengths', name: 'Sound that starts 0.5 s after the picture', level: 'none', reasons: ['late_sound'], audio: soundPart('start=0.5') },
  { topic: 'lengths', name: 'A picture that starts 0.2 s after the sound', level: 'everywhere', video: picturePart('start=0.2') },
  { topic: 'lengths', name: 'A picture that starts 0.5 s after the sound', level: 'none', reasons: ['late_picture'], video: picturePart('start=0.5') },
  { topic: 'lengths', name: 'Sound that ends 0.9 s before the picture', level: 'everywhere', audio: soundPart('end=2.1') },
  { topic: 'lengths', name: 'Sound that ends 2 s before the picture', level: 'none', reasons: ['short_sound'], audio: soundPart('end=1') },
  { topic: 'lengths', name: 'Sound that ends 0.9 s after the picture', level: 'everywhere', video: picturePart('end=2.1') },
  { topic: 'lengths', name: 'Sound that ends 2 s after the picture', level: 'none', reasons: ['long_sound'], video: picturePart('end=1') },
  { topic: 'lengths', name: 'A gap of 15 s in the sound', level: 'none', reasons: ['sound_gap'], seconds: 20, rate: 12, audio: ['-c:a', 'aac', '-af', "aselect='lt(t,2)+gt(t,17)'"] },
];

const PICTURES: readonly QualifiedFile[] = [
  { topic: 'pictures', name: 'Key frames 10 s apart', level: 'everywhere', seconds: 20, rate: 12, video: x264('yuv420p', '-g', '120') },
  { topic: 'pictures', name: 'Key frames 60 s apart', level: 'page', reasons: ['key_frames_far_apart'], seconds: 60, rate: 2, video: x264('yuv420p', '-g', '600', '-bf', '0', '-sc_threshold', '0') },
  { topic: 'pictures', name: 'Key frames 100 s apart', level: 'none', reasons: ['key_frames_far_apart'], seconds: 100, rate: 2, video: x264('yuv420p', '-g', '600', '-bf', '0', '-sc_threshold', '0') },
  { topic: 'pictures', name: 'A group of pictures larger than a segment may be', level: 'none', reasons: ['segment_too_large'], seconds: 1, audio: undefined, video: x264('yuv420p', '-vf', 'scale=1920:1080,noise=alls=100:allf=t', '-qp', '1', '-preset', 'ultrafast', '-r', '8') },
  { topic: 'pictures', name: 'H.264 with open groups of pictures', level: 'none', reasons: ['open_gops'], video: x264('yuv420p', '-g', '27', '-bf', '2', '-x264-params', 'open-gop=1:b-adapt=0') },
  { topic: 'pictures', name: 'HEVC with open groups of pictures', level: 'page', reasons: ['codec_not_everywhere'], isUnseen: true, video: x265('yuv420p', ':open-gop=1:keyint=27:bframes=2:b-adapt=0') },
  { topic: 'pictures', name: 'No reordered pictures', level: 'everywhere', video: x264('yuv420p', '-bf', '0') },
  { topic: 'pictures', name: 'Negative composition offsets', level: 'everywhere', video: [...H264, '-movflags', '+negative_cts_offsets'] },
  { topic: 'pictures', name: '60 frames per second', level: 'everywhere', rate: 60 },
  { topic: 'pictures', name: '120 frames per second', level: 'page', reasons: ['high_frame_rate'], rate: 120 },
  { topic: 'pictures', name: '120 frames per second for two of eight seconds, 52.5 on average', level: 'page', reasons: ['high_frame_rate'], seconds: 8, rate: 120, video: [...H264, '-vf', "select='lt(t,2)+not(mod(n,4))'", '-vsync', 'vfr'] },
  { topic: 'pictures', name: '60 frames per second for two of eight seconds, times rounded to milliseconds', level: 'everywhere', seconds: 8, rate: 60, video: [...H264, '-vf', "select='lt(t,2)+not(mod(n,4))'", '-vsync', 'vfr', '-video_track_timescale', '1000'] },
];

const CONTAINERS: readonly QualifiedFile[] = [
  { topic: 'containers', name: 'QuickTime', level: 'everywhere', file: 'film.mov' },
  { topic: 'containers', name: 'Fragmented MP4', level: 'everywhere', video: [...H264, '-movflags', 'frag_keyframe+empty_moov+default_base_moof'] },
  { topic: 'containers', name: 'MP4 with its index at the start', level: 'everywhere', video: [...H264, '-movflags', '+faststart'] },
  { topic: 'containers', name: 'Matroska', level: 'none', reasons: ['not_mp4'], file: 'film.mkv' },
  { topic: 'containers', name: 'A transport stream', level: 'none', reasons: ['not_mp4'], file: 'film.ts' },
  { topic: 'containers', name: 'Encrypted MP4', level: 'none', reasons: ['encrypted'], change: (file) => renamed(file, 'avc1', 'encv') },
  { topic: 'containers', name: 'An MP4 that was cut off', level: 'none', reasons: ['not_mp4'], change: (file) => file.subarray(0, file.indexOf('moov') - 4) },
];

/** Kinds of files with the level at which each can be shown just in time. */
export const QUALIFIED_FILES = [...CODECS, ...SOUND, ...ORIENTATION, ...EDITS, ...LENGTHS, ...PICTURES, ...CONTAINERS];
