import { audioFilterGraphs, audioLabel } from './audio-filters.ts';
import type { EncodePlan, PlannedAudio, PlannedCaptures, PlannedTiles, PlannedVideo } from './encode-plan.ts';
import { iso6392Of } from './iso-639-2.ts';
import { INPUT_RESTRICTIONS } from './media-tools.ts';
import type { StartTimes } from './start-times.ts';
import { captureLabel, type FilterSupport, renditionLabel, tilesLabel, videoFilterGraph } from './video-filters.ts';

/** Effort by quality tuning: a laptop's two cores keep pace with a film at `veryfast`. */
const PRESETS = { SINGLE_PASS: 'veryfast', SINGLE_PASS_HQ: 'medium', MULTI_PASS_HQ: 'slower' } as const;
const PROFILES = { BASELINE: 'baseline', MAIN: 'main', HIGH: 'high' } as const;

/** Fragments of a sound rendition; a segment begins at the one nearest to the picture's. */
const AUDIO_FRAGMENT_MICROSECONDS = 1_000_000;

const PROGRESS_SECONDS = '0.1';

/** The arguments of the one ffmpeg process that makes every file of a job. */
export function ffmpegArguments(plan: EncodePlan, starts: StartTimes, support: FilterSupport): string[] {
  const graphs = [videoFilterGraph(plan, support), ...audioFilterGraphs(plan, starts)];
  return [
    '-hide_banner', '-nostdin', '-y', '-loglevel', 'repeat+level+error', '-nostats', '-progress', 'pipe:1', '-stats_period', PROGRESS_SECONDS,
    // A damaged file gives as many frames as it has; whether those are enough is decided afterwards.
    '-max_error_rate', '1',
    ...INPUT_RESTRICTIONS,
    ...(turnsItself(plan) ? [] : ['-noautorotate']),
    '-f', plan.media.demuxer, '-i', `file:${plan.media.path}`,
    '-filter_complex', graphs.join(';'),
    ...plan.videos.flatMap(videoArguments),
    ...plan.audios.flatMap(audioArguments),
    ...plan.captures.flatMap(captureArguments),
    ...plan.tiles.flatMap(tileArguments),
  ];
}

/** "If your input video container is .mov or .mp4 and your input has rotation metadata, you can choose Automatic." */
function turnsItself({ rotate, media }: EncodePlan): boolean {
  return rotate === 'AUTO' && media.demuxer === 'mov';
}

const WITHOUT_METADATA = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'];

/** Fragments that stand alone; in those of a picture, a key frame begins each. */
const FRAGMENT_FLAGS = '+delay_moov+default_base_moof+skip_trailer';
/** The edit list takes back the delay that frames which refer to later ones need, so that the first is shown at zero. */
const VIDEO_MUXER = ['-movflags', `${FRAGMENT_FLAGS}+frag_keyframe`, '-use_editlist', '1', '-f', 'mp4'];
/**
 * The encoder's first packet is nothing but priming, 1,024 samples before zero. An edit list would leave it out, but
 * ffmpeg does not heed it in fragments and plays the packet 21 ms early. Without the packet the sound begins at zero in
 * every player, in step with the picture.
 */
const AUDIO_MUXER = ['-bsf:a', 'noise=drop=lt(pts\\,0)', '-movflags', FRAGMENT_FLAGS, '-use_editlist', '0', '-f', 'mp4'];

function videoArguments(video: PlannedVideo, index: number): string[] {
  const { h264, gopFrames, segmentFrames, file } = video;
  return [
    '-map', `[${renditionLabel(index)}]`, ...WITHOUT_METADATA, '-fps_mode', 'passthrough',
    '-c:v', 'libx264', '-preset', PRESETS[h264.qualityTuningLevel], '-profile:v', PROFILES[h264.codecProfile],
    '-crf', String(constantRateFactor(h264.qvbrSettings.qvbrQualityLevel)),
    '-maxrate', String(h264.maxBitrate), '-bufsize', String(h264.maxBitrate * 2),
    // Key frames only where the settings ask for them, so that all renditions can be switched at the same places.
    '-g', String(gopFrames), '-keyint_min', String(gopFrames), '-sc_threshold', '0', '-flags', '+cgop',
    '-force_key_frames', `expr:eq(mod(n,${segmentFrames}),0)`, '-forced-idr', '1',
    ...VIDEO_MUXER, file,
  ];
}

/** QVBR's quality levels in steps of x264's scale: 7 is 24, 9 is 20. */
function constantRateFactor(qualityLevel: number): number {
  return 38 - 2 * qualityLevel;
}

function audioArguments({ description, language, file }: PlannedAudio, index: number): string[] {
  const { bitrate } = description.codecSettings.aacSettings;
  return [
    '-map', `[${audioLabel(index)}]`, ...WITHOUT_METADATA,
    ...(language === undefined ? [] : ['-metadata:s:a:0', `language=${iso6392Of(language)}`]),
    '-c:a', 'aac', '-b:a', String(bitrate),
    '-frag_duration', String(AUDIO_FRAGMENT_MICROSECONDS), ...AUDIO_MUXER, file,
  ];
}

function images(label: string, quality: number, start: number, file: string): string[] {
  return [
    '-map', `[${label}]`, ...WITHOUT_METADATA, '-fps_mode', 'passthrough', '-c:v', 'mjpeg',
    // 1 to 100 upwards in MediaConvert, 2 to 31 downwards in ffmpeg.
    '-q:v', String(Math.round(2 + ((100 - quality) * 29) / 99)),
    '-start_number', String(start), '-f', 'image2', file,
  ];
}

function captureArguments({ capture, file }: PlannedCaptures, index: number): string[] {
  return ['-frames:v', String(capture.maxCaptures), ...images(captureLabel(index), capture.quality, 0, file)];
}

const TILE_QUALITY = 75;
/** Number of the sheet before the first; see the tiles' filters. */
export const THROWN_AWAY_SHEET = 0;

function tileArguments({ file }: PlannedTiles, index: number): string[] {
  return images(tilesLabel(index), TILE_QUALITY, THROWN_AWAY_SHEET, file);
}
