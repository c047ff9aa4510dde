import { captureArguments, sheetArguments, WITHOUT_METADATA } from '../../../media/stills/still-output.ts';
import { writeAudioFilterGraphs, audioLabel } from './audio-filters.ts';
import { KEEP_VIDEO_GRAPH } from './conform-filters.ts';
import type { EncodePlan, PlannedAudio, PlannedVideo } from './encode-plan.ts';
import type { EndTimes } from './end-times.ts';
import { iso6392Of } from './iso-639-2.ts';
import type { StartTimes } from './start-times.ts';
import { planInputs } from './plan-inputs.ts';
import { KEEP_AUDIO_GRAPH } from './steady-sound.ts';
import { captureLabel, renditionLabel, sheetsLabel, writeVideoFilterGraph } from './video-filters.ts';

/** x264 presets by quality tuning: the two cores of a laptop encode in real time at `veryfast`. */
const PRESETS = { SINGLE_PASS: 'veryfast', SINGLE_PASS_HQ: 'medium', MULTI_PASS_HQ: 'slower' } as const;
const PROFILES = { BASELINE: 'baseline', MAIN: 'main', HIGH: 'high' } as const;

/** Duration of audio fragments; a segment begins at the fragment nearest to that of the video. */
const AUDIO_FRAGMENT_MICROSECONDS = 1_000_000;

const PROGRESS_SECONDS = '0.1';

/** Writes the arguments of the one ffmpeg process that makes every file of a job. */
export function writeFfmpegArguments(plan: EncodePlan, starts: StartTimes, ends: EndTimes): string[] {
  const padding = { blackFrames: starts.blackFrames, totalFrames: ends.paddedFrames };
  const graphs = [writeVideoFilterGraph(plan, padding, starts.sourceSeconds), ...writeAudioFilterGraphs(plan, starts, ends)];
  return [
    '-hide_banner',
    '-nostdin',
    '-y',
    '-loglevel',
    'repeat+level+error',
    '-nostats',
    '-progress',
    'pipe:1',
    '-stats_period',
    PROGRESS_SECONDS,
    // Decodes every intact frame of a damaged file; whether those are enough is decided afterwards.
    '-max_error_rate', '1',
    '-noautorotate',
    ...KEEP_VIDEO_GRAPH, ...KEEP_AUDIO_GRAPH,
    ...planInputs(plan),
    // One graph per output: ffmpeg buffers a graph's frames in memory until all of its inputs have begun.
    ...graphs.flatMap((graph) => ['-filter_complex', graph]),
    ...plan.videos.flatMap(videoArguments),
    ...plan.audios.flatMap(audioArguments),
    ...plan.captures.flatMap((captures, index) => captureArguments(captureLabel(index), captures, captures.file)),
    ...plan.sheets.flatMap(({ file }, index) => sheetArguments(sheetsLabel(index), file)),
  ];
}

/** Flags for fragments that decode independently. */
const FRAGMENT_FLAGS = '+delay_moov+default_base_moof+skip_trailer';
/** Muxer of video: each fragment begins with a key frame, and an edit list removes the delay of frame reordering. */
const VIDEO_MUXER = ['-movflags', `${FRAGMENT_FLAGS}+frag_keyframe`, '-use_editlist', '1', '-f', 'mp4'];
/**
 * Muxer of audio, without the encoder's first packet, which holds only priming samples, 1,024 before zero. An edit list
 * could skip it, but ffmpeg ignores edit lists in fragments and plays the packet 21 ms early. Without it, audio starts at
 * zero in every player, in sync with the video.
 */
const AUDIO_MUXER = [
  '-bsf:a',
  'noise=drop=lt(pts\\,0)',
  '-movflags',
  FRAGMENT_FLAGS,
  '-use_editlist',
  '0',
  '-f',
  'mp4',
];

function videoArguments(video: PlannedVideo, index: number): string[] {
  const { h264, gopFrames, segmentFrames, file } = video;
  return [
    '-map', `[${renditionLabel(index)}]`, ...WITHOUT_METADATA, '-fps_mode', 'passthrough',
    '-c:v', 'libx264', '-preset', PRESETS[h264.qualityTuningLevel], '-profile:v', PROFILES[h264.codecProfile],
    ...(h264.codecLevel === 'AUTO' ? [] : ['-level', '1.3']),
    '-crf', String(toConstantRateFactor(h264.qvbrSettings.qvbrQualityLevel)),
    '-maxrate', String(h264.maxBitrate), '-bufsize', String(h264.maxBitrate * 2),
    // Key frames only at the interval of the settings, so that players can switch renditions at the same times.
    '-g', String(gopFrames), '-keyint_min', String(gopFrames), '-sc_threshold', '0', '-flags', '+cgop',
    '-force_key_frames', `expr:eq(mod(n,${segmentFrames}),0)`, '-forced-idr', '1',
    ...VIDEO_MUXER, file,
  ];
}

/** Translates a QVBR quality level to x264's scale: 7 to 24, 9 to 20. */
function toConstantRateFactor(qualityLevel: number): number {
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
